#pragma once
// The primitive faults of a run in a few lines: "31 racks of aws/use1-az4/hall-1 off".

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// One line for each fault, primitive and place or component, in order of time: how many targets of
// how many were hit, from when to when. Empty for a record without injections.
std::string injections(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
