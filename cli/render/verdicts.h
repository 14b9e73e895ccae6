#pragma once
// The expectations of a run and how they came out.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// "held: all 12 expectations", "deviated: 11 of 12 expectations held"; what there is to say without
// any.
std::string verdict(const v1::RunRecord& record);

Tone tone_of(v1::Outcome outcome);

// One line per expectation: held or deviated, name, what it rests on with the grade of its
// evidence, expected, observed.
std::string verdicts(const v1::RunRecord& record, Colour colour);

}  // namespace chokepoint::cli
