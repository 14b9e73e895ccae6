#pragma once
// The scenario that `chokepoint new` writes: library/starter.yaml, as it was when this was built.

#include <string_view>

namespace chokepoint {

// A commented text that load_scenario_text takes.
std::string_view starter_scenario();

}  // namespace chokepoint
