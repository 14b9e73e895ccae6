#pragma once
// What the level of a component follows from.

#include <string>
#include <vector>

#include "chokepoint/v1/component.pb.h"

namespace chokepoint {

// Components whose level counts for that of this one, sorted: its needs, and the components that
// its parts rest on.
std::vector<std::string> needed_by(const v1::Component& component);

}  // namespace chokepoint
