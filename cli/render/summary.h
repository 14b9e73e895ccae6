#pragma once
// What users could do during a run, in one line per capability.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// Share of the time up, time down and degraded, when it first went down and when it was last up
// again.
std::string summary(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
