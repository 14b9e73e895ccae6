#pragma once
// What binds a plan to its files, and an audit to its past.

#include <string>

namespace chokepoint::controller {

// In hex.
std::string sha256(const std::string& bytes);

}  // namespace chokepoint::controller
