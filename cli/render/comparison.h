#pragma once
// Several runs side by side.

#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// A verdict line for each run, then the measures: a line a measure, a column a run, the first run
// being the one that the others are held against. A cell equal to the first run's is "=", one that
// only reads the same "≈"; "-" where a measure has no meaning. Availabilities are all there, other
// measures only where runs differ.
std::string comparison(const std::vector<v1::RunRecord>& records, Colour colour);

// What a run is called in a comparison: its variant, or "base".
std::string variant_name(const v1::RunRecord& record);

}  // namespace chokepoint::cli
