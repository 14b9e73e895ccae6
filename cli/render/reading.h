#pragma once
// Numbers of a record as people read them, with their units. Rounded; the record has them exactly.

#include <string>

#include "chokepoint/v1/rule.pb.h"

namespace chokepoint::cli {

// Durations as in clock.h; shares near 100 % with as many nines as they have (99.9971%); counts
// from a thousand on as whole numbers in groups of three (94,123,456); everything else as
// format_quantity writes it.
std::string reading(double value, v1::Unit unit);

}  // namespace chokepoint::cli
