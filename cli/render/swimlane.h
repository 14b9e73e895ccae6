#pragma once
// The states of a run over time as text: one line per lane, one character per slot of time.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// A time axis (UTC and distance from the start), then every capability and the components and
// places that were not up throughout, then the legend. Each character shows the worst moment of its
// slot. Empty for a record without intervals.
std::string swimlanes(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
