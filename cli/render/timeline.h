#pragma once
// A run on one page: what was run, what users could do, what happened and why, what came of it.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// The page that `chokepoint run` prints. No line is wider than kLineWidth, except the command that
// reproduces the run, which can be copied as it stands.
std::string timeline(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
