#pragma once
// When capabilities were down: as predicted, and below it as observed.

#include <string>

#include "chokepoint/v1/comparison.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// Two lines for each capability, an axis and a legend; a character for each slot of time, which
// shows its worst moment. Empty without capabilities.
std::string down_lanes(const v1::Comparison& comparison, Colour colour);

}  // namespace chokepoint::cli
