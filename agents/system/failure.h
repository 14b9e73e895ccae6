#pragma once
// What the system said, as an error.

#include <string>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

// From errno: denied for missing rights, unavailable for anything else. `what` is what was tried.
Error system_error(const std::string& what);
Error system_error(const std::string& what, int number);

}  // namespace chokepoint::agents
