#pragma once
// A plan of a game day, for those who have to say yes to it.

#include <string>

#include "chokepoint/v1/game_day.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// What will be injected, when, where and by which primitive fault; what is only simulated and why;
// what is predicted, as bands over the predicting runs; blast radius, guards and hashes.
std::string gameday_plan(const v1::GameDayPlan& plan, Colour colour);

}  // namespace chokepoint::cli
