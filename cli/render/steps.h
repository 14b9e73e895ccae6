#pragma once
// What the operators did, and when.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// How a step came out, as the event at its end says: "done" or "failed"; empty while it was still
// worked on at the end of the run. `step` is an interval with scope step.
std::string step_outcome(const v1::RunRecord& record, const v1::Interval& step);

// One line for each step of a runbook in order of its start: team/step, start, end, length; and one
// for the moment at which a team noticed. Empty when nobody did anything.
std::string steps(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
