#pragma once
// Where things stand in the picture of a run, in pixels.

#include <algorithm>

namespace chokepoint::cli {

inline constexpr double kPictureWidth = 1120;
inline constexpr double kPictureMargin = 24;
inline constexpr double kTimeLeft = 216;  // where time begins
inline constexpr double kTimeRight = kPictureWidth - kPictureMargin - 8;
inline constexpr double kLabelFont = 12;
inline constexpr double kGroupTitle = 26;  // height of the line above a group of lanes
inline constexpr double kNarrowestBar = 2.5;

// From instants to columns.
struct TimeScale {
  double horizon_s = 1;

  double x(double at_s) const {
    return kTimeLeft + (kTimeRight - kTimeLeft) * std::clamp(at_s / horizon_s, 0.0, 1.0);
  }
};

}  // namespace chokepoint::cli
