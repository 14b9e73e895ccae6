#include "sim/world/curve.h"

#include <algorithm>
#include <cmath>

namespace chokepoint::sim {

double level_at(const v1::Curve& curve, double time) {
  const auto& points = curve.points();
  if (points.empty()) return 1;
  if (curve.has_period()) time = std::fmod(time, curve.period());
  if (time <= points[0].at()) return points[0].level();
  for (int next = 1; next < points.size(); ++next) {
    const v1::CurvePoint& a = points[next - 1];
    const v1::CurvePoint& b = points[next];
    if (time >= b.at()) continue;
    return a.level() + (b.level() - a.level()) * (time - a.at()) / (b.at() - a.at());
  }
  return points[points.size() - 1].level();
}

double integral_of(const v1::Curve& curve, double from, double to) {
  if (curve.points().empty()) return to - from;
  constexpr double kStep = 60;
  double sum = 0;
  while (from < to) {
    const double step = std::min(kStep, to - from);
    sum += level_at(curve, from + step / 2) * step;
    from += step;
  }
  return sum;
}

}  // namespace chokepoint::sim
