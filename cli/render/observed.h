#pragma once
// The page of a game day: what was predicted, what happened, and where we were wrong.

#include <string>

#include "chokepoint/v1/comparison.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// Capability by capability and measure by measure, the largest surprise first; when each was down,
// as a picture; the scores; the faults as they really were; and the verdict. The record is that of
// the game day that was compared.
std::string observed(const v1::Comparison& comparison, const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
