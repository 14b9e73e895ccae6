#include "scenarios/base/instant.h"

#include <fmt/format.h>

#include <charconv>

namespace chokepoint {
namespace {

constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";

bool has_the_form(std::string_view text) {
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t from, std::size_t length) {
  int value = 0;
  std::from_chars(text.data() + from, text.data() + from + length, value);
  return value;
}

}  // namespace

Result<std::chrono::sys_seconds> parse_instant(std::string_view text) {
  using namespace std::chrono;
  const std::string hint = "for example 2026-05-07T23:20:00Z";
  if (!has_the_form(text)) {
    return Error{.message = fmt::format("'{}' is not an instant in UTC", text), .hint = hint};
  }
  const year_month_day date{year{number_at(text, 0, 4)},
                            month{static_cast<unsigned>(number_at(text, 5, 2))},
                            day{static_cast<unsigned>(number_at(text, 8, 2))}};
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) {
    return Error{.message = fmt::format("'{}' is not in the calendar", text), .hint = hint};
  }
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
}

std::string format_instant(std::chrono::sys_seconds instant) {
  using namespace std::chrono;
  const sys_days midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss clock{instant - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace chokepoint
