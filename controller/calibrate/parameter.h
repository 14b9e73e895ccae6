#pragma once
// A number of a scenario that may be chosen within a range.

#include <optional>
#include <string>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {

struct FreeParameter {
  std::string path;  // as for --set
  v1::Unit unit = v1::UNIT_NONE;
  double from = 0;  // in the base unit of `unit`
  double to = 1;    // above from
};

// "components.book.quorum.election_timeout.uniform.to=500ms..6s". Errors (Code::invalid_input): no
// path, no range, quantities of different units, an empty range.
Result<FreeParameter> parse_parameter(const std::string& text);

// The value at `share` (0..1) of the way through the range, as it would be written: rounded to four
// digits, and to whole numbers where both ends are whole and without unit. A range from above 0 to
// ten times as much and more is gone through by ratio, any other by difference.
std::string value_at(const FreeParameter& parameter, double share);
// The share at which this value, in the base unit, stands; outside of 0..1 if it is outside.
double share_of(const FreeParameter& parameter, double value);

// The number at a path of the scenario; nothing if there is none: a default that was not filled in,
// something of several parts, another kind of distribution.
std::optional<double> number_at(const v1::Scenario& scenario, const std::string& path);

}  // namespace chokepoint::controller
