#pragma once
// Tries something where it does no harm.

#include <functional>
#include <string>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Runs `trial` in a child, so that namespaces and the like end with it. Gives what it returned: ""
// for success. Thread rule: forks.
std::string in_a_child(const std::function<std::string()>& trial);

// The same in a network namespace that is empty but for lo, and gone afterwards.
std::string in_own_network(const std::function<Status()>& trial);

}  // namespace chokepoint::agents
