#pragma once
// A number of a scenario that may be chosen within a range.

#include <optional>
#include <string>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/range.h"

namespace chokepoint::controller {

struct FreeParameter {
  std::string path;  // as for --set
  Range range;
};

// "components.book.quorum.election_timeout.uniform.to=500ms..6s". Errors (Code::invalid_input): no
// path, and those of parse_range.
Result<FreeParameter> parse_parameter(const std::string& text);

// The number at a path of the scenario; nothing if there is none: a default that was not filled in,
// something of several parts, another kind of distribution.
std::optional<double> number_at(const v1::Scenario& scenario, const std::string& path);

}  // namespace chokepoint::controller
