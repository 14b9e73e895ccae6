#pragma once
// Speaks to a proxy over its control socket (agents/proxy/rule.h says what).

#include <string>

#include "agents/proxy/rule.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Waits for the answer for at most two seconds. Errors: not_found when no proxy is there, timed_out
// when it does not answer, conflict when it refuses, denied.
Result<proxy::Answer> order(const std::string& control, const proxy::Command& command);
Result<proxy::Answer> order(const std::string& control, std::string verb, std::string id = "");

// Ends the process that has the socket, whatever it does; no error when there is none. The socket's
// name goes with it.
Status end_proxy(const std::string& control);

}  // namespace chokepoint::agents
