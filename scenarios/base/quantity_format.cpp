#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenarios/base/instant.h"
#include "scenarios/base/quantity.h"
#include "scenarios/base/spellings.h"

namespace chokepoint {
namespace {

constexpr int kDigits = 4;

// Four significant digits, without an exponent for numbers that people write.
std::string rounded(double value, int digits = kDigits) {
  if (value == 0) return "0";
  const double magnitude = std::fabs(value);
  if (magnitude >= 1e15 || magnitude < 1e-6) return fmt::format("{:.{}g}", value, digits);
  const int whole = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
  const int decimals = digits - whole;
  if (decimals <= 0) {
    const double step = std::pow(10.0, -decimals);
    return fmt::format("{:.0f}", std::round(value / step) * step);
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// In the largest of these units (smallest first) in which the number is at least one.
std::string scaled(double value, v1::Unit unit,
                   std::initializer_list<std::string_view> candidates) {
  std::string best;
  for (const std::string_view candidate : candidates) {
    for (const UnitSpelling& spelling : spellings()) {
      if (spelling.unit != unit || spelling.text != candidate) continue;
      const double shown = value * spelling.per / spelling.times;
      if (best.empty() || std::fabs(shown) >= 1) {
        best = fmt::format("{}{}", rounded(shown), candidate);
      }
    }
  }
  return best;
}

// A share just below all of it is not shown as all of it: 99.996%.
std::string format_ratio(double value) {
  if (value > 1) return rounded(value) + "x";
  std::string text = rounded(value * 100);
  for (int digits = kDigits + 1; text == "100" && value < 1 && digits <= 15; ++digits) {
    text = rounded(value * 100, digits);
  }
  return text + "%";
}

std::string format_seconds(std::int64_t milliseconds) {
  if (milliseconds % 1000 == 0) return fmt::format("{}s", milliseconds / 1000);
  std::string text = fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  return text + "s";
}

std::string format_instant_of(double value) {
  return format_instant(
      std::chrono::sys_seconds{std::chrono::seconds{static_cast<std::int64_t>(value)}});
}

}  // namespace

// Exact to the millisecond; 26h stays 26h, and days are named from two of them on.
std::string format_duration(double seconds) {
  if (seconds < 0) return "-" + format_duration(-seconds);
  if (seconds == 0) return "0s";
  if (seconds < 0.9995) return scaled(seconds, v1::UNIT_DURATION, {"ns", "us", "ms"});
  if (seconds > 1e12) return rounded(seconds / 86400) + "d";
  constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
  std::int64_t left = std::llround(seconds * 1000);
  std::string text;
  const auto take = [&](std::int64_t size, const char* unit) {
    if (left < size) return;
    text += fmt::format("{}{}", left / size, unit);
    left %= size;
  };
  if (left >= 2 * kDay) take(kDay, "d");
  take(kHour, "h");
  take(kMinute, text.empty() && left % kMinute == 0 ? "min" : "m");
  if (left > 0) text += format_seconds(left);
  return text;
}

std::string format_quantity(double value, v1::Unit unit) {
  switch (unit) {
    case v1::UNIT_NONE:
    case v1::UNIT_ANY:
      return rounded(value);
    case v1::UNIT_DURATION:
      return format_duration(value);
    case v1::UNIT_RATE:
      return scaled(value, unit, {"/d", "/h", "/min", "/s"});
    case v1::UNIT_RATIO:
      return format_ratio(value);
    case v1::UNIT_BYTES:
      return scaled(value, unit, {"B", "kB", "MB", "GB", "TB", "PB"});
    case v1::UNIT_BANDWIDTH:
      return scaled(value, unit, {"B/s", "kB/s", "MB/s", "GB/s", "TB/s"});
    case v1::UNIT_TEMPERATURE:
      return rounded(value) + "degC";
    case v1::UNIT_TEMPERATURE_RATE:
      return rounded(value * 60) + "degC/min";
    case v1::UNIT_MONEY:
      return scaled(value, unit, {"USD", "kUSD", "MUSD", "bnUSD", "tnUSD"});
    case v1::UNIT_INSTANT:
      return format_instant_of(value);
    case v1::Unit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Unit_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return rounded(value);
}

}  // namespace chokepoint
