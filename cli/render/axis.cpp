#include "cli/render/axis.h"

#include <array>
#include <cmath>

#include "cli/render/clock.h"

namespace chokepoint::cli {
namespace {

constexpr double kDay = 86400;
constexpr std::array kRoundSteps = {
    0.1,          0.2,      0.5,       1.0,         2.0,         5.0,          10.0,
    15.0,         30.0,     kMinute,   2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute,
    30 * kMinute, kHour,    2 * kHour, 3 * kHour,   4 * kHour,   6 * kHour,    12 * kHour,
    kDay,         2 * kDay, 7 * kDay,  14 * kDay,   28 * kDay,   56 * kDay};

double step_for(double horizon_s, int most) {
  for (const double step : kRoundSteps) {
    if (horizon_s / step <= most) return step;
  }
  return horizon_s;
}

}  // namespace

std::vector<double> ticks(double horizon_s, int most) {
  const double step = step_for(horizon_s, most);
  std::vector<double> result;
  for (int i = 0; i * step < horizon_s; ++i) result.push_back(i * step);
  return result;
}

std::vector<double> clock_ticks(double horizon_s, int most, double start_s) {
  const double step = step_for(horizon_s, most);
  const double first = std::ceil(start_s / step) * step - start_s;
  std::vector<double> result;
  for (int i = 0; first + i * step < horizon_s; ++i) result.push_back(first + i * step);
  return result;
}

}  // namespace chokepoint::cli
