#pragma once
// From a YAML file to a message of the schema that is no scenario: an agent's configuration, a
// primitive fault. The same reading, rules and reports as for scenarios, without variants.

#include <google/protobuf/message.h>

#include <filesystem>
#include <string_view>

#include "scenarios/loader/load.h"

namespace chokepoint {

// Fills `message`, which must be empty; it is whole only when no errors come back. `hint` tells
// what such a file begins with. Errors: as for load_scenario. Thread rule: no shared state.
Errors load_message(const std::filesystem::path& path, google::protobuf::Message& message,
                    std::string_view hint);
Errors load_message_text(std::string_view text, const std::string& name,
                         google::protobuf::Message& message, std::string_view hint);

}  // namespace chokepoint
