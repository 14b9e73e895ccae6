#pragma once
// What a calibration found, and what it could not find.

#include <string>

#include "chokepoint/v1/comparison.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// The parameters with their ranges, the scores, and each game day against the best values.
std::string calibration(const v1::Calibration& calibration, Colour colour);

}  // namespace chokepoint::cli
