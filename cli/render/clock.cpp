#include "cli/render/clock.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "scenarios/base/instant.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::chrono::year_month_day date_of(std::chrono::sys_time<milliseconds> point) {
  return std::chrono::floor<std::chrono::days>(point);
}

// Distance to which a length of this size is rounded.
double reading_step(double seconds) {
  if (seconds < 1) return 0.001;
  if (seconds < kMinute) return 0.1;
  if (seconds < kHour) return 1;
  if (seconds < 48 * kHour) return kMinute;
  return kHour;
}

}  // namespace

Clock::Clock(const v1::RunRecord& record) : shows_seconds_(record.horizon_s() < 6 * kHour) {
  if (const auto start = parse_instant(record.start())) start_ = *start;
}

std::chrono::sys_time<milliseconds> Clock::point(double at_s) const {
  return start_ + milliseconds(std::llround(at_s * 1000));
}

std::string Clock::time(double at_s) const {
  const auto at = point(at_s);
  const std::chrono::hh_mm_ss clock(at - std::chrono::floor<std::chrono::days>(at));
  const std::string minutes =
      fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
  return shows_seconds_ ? fmt::format("{}:{:02}", minutes, clock.seconds().count()) : minutes;
}

std::string Clock::day(double at_s) const {
  const auto date = date_of(point(at_s));
  return fmt::format("{} {}", static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1));
}

std::string Clock::date(double at_s) const {
  const auto date = date_of(point(at_s));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string Clock::instant(double at_s) const {
  return fmt::format("{} {}", day(at_s), time(at_s));
}

std::string Clock::instant(double at_s, double after_s) const {
  return date_of(point(at_s)) == date_of(point(after_s)) ? time(at_s) : instant(at_s);
}

double Clock::seconds_into_day() const {
  return static_cast<double>((start_ - std::chrono::floor<std::chrono::days>(start_)).count());
}

std::string length_of(double seconds) {
  const double step = reading_step(std::abs(seconds));
  return format_quantity(std::round(seconds / step) * step, v1::UNIT_DURATION);
}

std::string offset_of(double at_s) { return "+" + length_of(at_s); }

}  // namespace chokepoint::cli
