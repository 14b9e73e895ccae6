#include <fmt/format.h>

#include <cmath>

#include "scenarios/base/quantity.h"
#include "scenarios/base/spellings.h"
#include "scenarios/loader/measure_bound.h"
#include "scenarios/loader/overrides.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

// Whether `value`, `at_most` and `at_least` ask for anything, in one of the ways that make sense.
template <class Bounds>
void check_bounds(const Validation& v, const Bounds& bounds, const Path& path, bool has_tolerance) {
  if (!bounds.has_value() && !bounds.has_at_most() && !bounds.has_at_least()) {
    for (const std::string_view field : {"value", "at_most", "at_least"}) {
      if (v.unread().touches(path.field(field))) return;
    }
    v.refuse(path, {},
             {"nothing is asked of it", "write 'value' with 'tolerance', 'at_most' or 'at_least'"});
  } else if (has_tolerance && !bounds.has_value()) {
    v.refuse(path, {"tolerance", "value"},
             {"a tolerance without the value that it is about", "add 'value'"});
  }
}

void check_timing(const Validation& v, const v1::Timing& timing, const Path& path) {
  check_bounds(v, timing, path, v.is_written(path, "tolerance"));
  if (timing.has_at_most() && timing.has_at_least() && timing.at_most() < timing.at_least()) {
    v.refuse(path, {"at_most", "at_least"},
             {fmt::format("at most {} and at least {} cannot both hold",
                          format_duration(timing.at_most()), format_duration(timing.at_least()))});
  }
  const double horizon = v.scenario().horizon();
  if (v.unread().covers(v.root().field("horizon"))) return;
  const double earliest =
      timing.has_value() ? timing.value() - timing.tolerance() : timing.at_least();
  if (earliest <= horizon) return;
  v.refuse(path, {"value", "at_least"},
           {fmt::format("cannot be seen: the run ends at {}", format_duration(horizon)),
            "make 'horizon' longer"});
}

void check_measure(const Validation& v, const v1::MeasureBound& bound, const Path& path) {
  check_bounds(v, bound, path, bound.has_tolerance());
  for (const BoundMistake& mistake : mistakes_of(bound)) {
    v.refuse(path, {mistake.field}, {mistake.message, mistake.hint});
  }
  const auto agree = [&](std::string_view field, const v1::Quantity& one, std::string_view with,
                         const v1::Quantity& other) {
    if (one.unit() == other.unit()) return true;
    v.refuse(path, {field, with},
             {fmt::format("'{}' is {}, but '{}' is {}", field, name_of(one.unit()), with,
                          name_of(other.unit()))});
    return false;
  };
  if (bound.has_value() && bound.has_tolerance()) {
    agree("tolerance", bound.tolerance(), "value", bound.value());
  }
  if (bound.has_at_most() && bound.has_at_least()) {
    agree("at_least", bound.at_least(), "at_most", bound.at_most());
  }
}

// Each must be a change that could be made to what is written down, or it cannot falsify anything.
void check_falsifiers(const Validation& v, const v1::Expectation& expectation, const Path& path) {
  if (v.is_overridden()) return;
  const Path list = path.field("falsified_by");
  for (int i = 0; i < expectation.falsified_by_size(); ++i) {
    const auto refusal = refusal_of_override(v.tree(), expectation.falsified_by(i), v.rules());
    if (refusal) {
      v.refuse(list.item(static_cast<std::size_t>(i)), {}, {refusal->message, refusal->hint});
    }
  }
}

}  // namespace

void validate_expectations(const Validation& v) {
  const Path expectations = v.root().field("expect");
  for (const auto& [name, expectation] : v.scenario().expect()) {
    const Path path = expectations.field(name);
    if (expectation.has_timing()) check_timing(v, expectation.timing(), path.field("timing"));
    if (expectation.has_measure()) check_measure(v, expectation.measure(), path.field("measure"));
    if (expectation.has_order() && expectation.order().of_size() == 1) {
      v.refuse_key(path.field("order"), {"one moment is always in order", "name at least two"});
    }
    check_falsifiers(v, expectation, path);
  }
}

}  // namespace chokepoint
