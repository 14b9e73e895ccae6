#pragma once
// Times of a run as people read them: an instant on the scenario's clock, a distance from its
// start, a length. Rounded for reading; the exact numbers are in the record.

#include <chrono>
#include <string>
#include <string_view>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::cli {

inline constexpr double kMinute = 60;  // seconds
inline constexpr double kHour = 3600;

// The clock on the wall of a scenario, in UTC. Shows seconds when the whole run takes less than six
// hours, else minutes.
class Clock {
 public:
  // A start that is not an instant counts from 1970-01-01; the loader lets none pass.
  explicit Clock(const v1::RunRecord& record);

  std::string time(double at_s) const;  // 23:48
  std::string day(double at_s) const;   // 7 May
  std::string date(double at_s) const;  // 2026-05-07
  // 7 May 23:48; without the day when `after_s` was on the same one.
  std::string instant(double at_s) const;
  std::string instant(double at_s, double after_s) const;

  // Time of the day at the start.
  double seconds_into_day() const;

 private:
  std::chrono::sys_time<std::chrono::milliseconds> point(double at_s) const;

  std::chrono::sys_seconds start_{};
  bool shows_seconds_ = false;
};

// Before any instant of a run, and on another day.
inline constexpr double kLongBefore = -86400;

// 28min12s, 8h1min, 9d4h: to the second below an hour, to the minute below two days, else to the
// hour.
std::string length_of(double seconds);

// The same with a plus in front: +28min12s; +0s at the start.
std::string offset_of(double at_s);

}  // namespace chokepoint::cli
