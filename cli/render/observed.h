#pragma once
// The page of a game day: what was predicted, what happened, and where we were wrong.

#include <string>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// Capability by capability and measure by measure, the largest surprise first of each kind; the
// faults as they really were; and the verdict.
std::string observed(const v1::GameDayPlan& plan, const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
