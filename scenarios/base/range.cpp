#include "scenarios/base/range.h"

#include <fmt/format.h>

#include <cmath>

namespace chokepoint {
namespace {

constexpr double kByRatioFrom = 10;

bool is_by_ratio(const Range& range) {
  return range.from > 0 && range.to >= kByRatioFrom * range.from;
}

bool is_whole(const Range& range) {
  return range.unit == v1::UNIT_NONE && range.from == std::round(range.from) &&
         range.to == std::round(range.to);
}

}  // namespace

Result<Range> parse_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return Error{.message = "has no range"};
  const Result<Number> from = parse_quantity(text.substr(0, dots), v1::UNIT_ANY);
  if (!from) {
    return Error{.message = "has a range that begins with no quantity: " + from.error().message};
  }
  const Result<Number> to = parse_quantity(text.substr(dots + 2), v1::UNIT_ANY);
  if (!to) return Error{.message = "has a range that ends with no quantity: " + to.error().message};
  if (from->unit != to->unit) return Error{.message = "has a range from one unit to another"};
  if (from->value >= to->value) return Error{.message = "has an empty range"};
  return Range{.unit = from->unit, .from = from->value, .to = to->value};
}

std::string value_at(const Range& range, double share) {
  const double value = is_by_ratio(range) ? range.from * std::pow(range.to / range.from, share)
                                          : range.from + share * (range.to - range.from);
  if (is_whole(range)) return fmt::format("{}", std::round(value));
  return format_quantity(value, range.unit);
}

double share_of(const Range& range, double value) {
  if (!is_by_ratio(range)) return (value - range.from) / (range.to - range.from);
  if (value <= 0) return -1;
  return std::log(value / range.from) / std::log(range.to / range.from);
}

}  // namespace chokepoint
