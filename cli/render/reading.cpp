#include "cli/render/reading.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/render/clock.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

constexpr double kCountedWhole = 1000;  // larger ones are rounded to whole
constexpr double kLargestExactCount = 1e15;

// At least two significant digits of what is missing to 100 %: 63.54%, 99.9971%.
std::string share(double value) {
  const double missing = 1 - value;
  if (missing < 0) return format_quantity(value, v1::UNIT_RATIO);
  if (missing < 1e-12) return "100%";
  if (value < 0.99) return fmt::format("{:.4g}%", value * 100);
  const int digits = 1 - static_cast<int>(std::floor(std::log10(missing * 100)));
  return fmt::format("{:.{}f}%", value * 100, digits);
}

std::string count(double value) {
  const bool is_small = std::abs(value) < kCountedWhole && value != std::floor(value);
  if (is_small || std::abs(value) > kLargestExactCount) return fmt::format("{:.4g}", value);
  const std::string digits = fmt::format("{:.0f}", std::abs(value));
  std::string text = value < 0 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const bool starts_group = i > 0 && (digits.size() - i) % 3 == 0;
    if (starts_group) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace

std::string reading(double value, v1::Unit unit) {
  switch (unit) {
    case v1::UNIT_NONE:
      return count(value);
    case v1::UNIT_DURATION:
      return length_of(value);
    case v1::UNIT_RATIO:
      return share(value);
    case v1::UNIT_RATE:
    case v1::UNIT_BYTES:
    case v1::UNIT_BANDWIDTH:
    case v1::UNIT_TEMPERATURE:
    case v1::UNIT_TEMPERATURE_RATE:
    case v1::UNIT_MONEY:
    case v1::UNIT_INSTANT:
    case v1::UNIT_ANY:
    case v1::Unit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Unit_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return format_quantity(value, unit);
}

}  // namespace chokepoint::cli
