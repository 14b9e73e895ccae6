#pragma once
// The measures of a run as tables: one for each kind of subject, a line per measure.

#include <string>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// Every measure with its unit, except those in money; "-" where a measure has no meaning for a
// subject.
std::string measures(const v1::RunRecord& record, Colour colour);

// The measures in money, one line each; empty when there are none.
std::string money(const v1::RunRecord& record);

}  // namespace chokepoint::cli
