#pragma once
// What the operators did, and when.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// One line for each step of a runbook in order of its start: team/step, start, end, length; and one
// for the moment at which a team noticed. Empty when nobody did anything.
std::string steps(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
