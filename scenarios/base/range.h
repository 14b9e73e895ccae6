#pragma once
// Everything from one quantity to another: "500ms..6s".

#include <string>
#include <string_view>

#include "scenarios/base/quantity.h"

namespace chokepoint {

struct Range {
  v1::Unit unit = v1::UNIT_NONE;
  double from = 0;  // in the base unit of `unit`
  double to = 1;    // above from
};

// Errors (Code::invalid_input, without a place; the message goes on after the range): no "..", an
// end that is no quantity, quantities of different units, an empty range.
Result<Range> parse_range(std::string_view text);

// The value at `share` (0..1) of the way through the range, as it would be written: rounded to four
// digits, and to whole numbers where both ends are whole and without unit. A range from above 0 to
// ten times as much and more is gone through by ratio, any other by difference.
std::string value_at(const Range& range, double share);
// The share at which this value, in the base unit, stands; outside of 0..1 if it is outside.
double share_of(const Range& range, double value);

}  // namespace chokepoint
