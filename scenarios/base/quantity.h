#pragma once
// Numbers with units, read and written: the one place that knows that 5h51m is a duration. A number
// is stored in its unit's base unit: seconds, per second, shares of one, bytes, bytes per second,
// degrees Celsius, degrees Celsius per second, US dollars.

#include <string>
#include <string_view>

#include "chokepoint/v1/rule.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint {

struct Number {
  double value = 0;  // in the base unit of `unit`
  v1::Unit unit = v1::UNIT_NONE;
};

// Reads one quantity of the wanted kind; UNIT_ANY takes whatever unit is written. Errors
// (Code::invalid_input, without a place): not a number, no unit ("a bare number needs a unit"), a
// unit of another kind, an unknown unit (with the nearest known one as hint).
// Durations have one or more parts, units getting smaller, a fraction at most in the last: 1h30m,
// 1m23.5s; `m` and `min` are minutes. Money is 290USD or $290, with k, M, bn, tn: 7bnUSD, $7bn.
Result<Number> parse_quantity(std::string_view text, v1::Unit wanted);

// Shortest text that a person would write and parse_quantity reads: 28min, 5h51m, 250ms, 70%,
// 1200/s, 8TB, 350MB/s, 40degC, $7bn as 7bnUSD. Rounded to four significant digits, except that
// durations of a second and more are exact to the millisecond, and that almost all is not shown as
// all: 99.996%.
std::string format_quantity(double value, v1::Unit unit);
std::string format_duration(double seconds);

// Example of the unit for hints: "30s" for durations.
std::string_view example_of(v1::Unit unit);

}  // namespace chokepoint
