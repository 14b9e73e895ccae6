#pragma once
// What a Prometheus server answers, read with suspicion.

#include <string_view>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

// The first value of an answer to /api/v1/query: of a vector's first sample, or a scalar. May be
// NaN or infinite. Errors, with whole texts for people: not_found when the result is empty;
// unavailable when the server says that it failed, and when the text is no such answer.
Result<double> first_value(std::string_view json);

}  // namespace chokepoint::controller
