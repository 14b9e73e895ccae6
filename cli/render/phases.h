#pragma once
// What happened, in order: faults, and every change of what users could do, of what opens in
// stages, and of components that were worse off than degraded for a while.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// One line per change: instant (UTC), distance from the start, what is so from then on, for how
// long, and why. Where there would be more than about two dozen lines, the shortest states of a
// lane are merged ("changed 14 times, at worst down").
std::string phases(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
