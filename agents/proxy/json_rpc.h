#pragma once
// Calls and answers of JSON-RPC 2.0 (jsonrpc.org/specification), single ones and batches.

#include <optional>
#include <string>
#include <string_view>

namespace chokepoint::proxy {

// Whether the text holds a call of the method. False for what is no JSON-RPC.
bool calls(std::string_view request, std::string_view method);

// The answer, with `result` in place of what the calls of the method gave or failed with; nothing
// when there is none among them, or one of the texts is not what it should be.
std::optional<std::string> with_result(std::string_view request, std::string_view answer,
                                       std::string_view method, std::string_view result);

}  // namespace chokepoint::proxy
