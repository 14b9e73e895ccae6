#pragma once
// What a daemon says: lines for people on a terminal, JSON objects otherwise.

#include <string>

namespace chokepoint {

// Everything that is logged from now on, by any thread, goes to standard error.
void log_to_standard_error(const std::string& program);

}  // namespace chokepoint
