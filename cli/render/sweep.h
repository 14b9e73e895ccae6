#pragma once
// What a sweep says, for the terminal: a table for each measure, points in its rows.

#include <string>

#include "chokepoint/v1/sweep.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

std::string sweep(const v1::SweepReport& report, const v1::Sweep& of, Colour colour);

}  // namespace chokepoint::cli
