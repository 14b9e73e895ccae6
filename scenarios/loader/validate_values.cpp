#include <fmt/format.h>

#include <cmath>
#include <map>

#include "scenarios/base/quantity.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

using google::protobuf::Message;

template <class Range>
void check_range(const Validation& v, const Range& range, const Path& path) {
  if (range.to() >= range.from()) return;
  v.refuse(path, {"to", "from"},
           {fmt::format("'to' ({}) is before 'from' ({})", format_duration(range.to()),
                        format_duration(range.from()))});
}

void check_lognormal(const Validation& v, const v1::LognormalDuration& law, const Path& path) {
  if (law.p95() > law.median()) return;
  v.refuse(path, {"p95", "median"},
           {fmt::format("'p95' ({}) must be longer than 'median' ({})", format_duration(law.p95()),
                        format_duration(law.median())),
            "95 % of all occurrences are shorter than p95, half of them than the median"});
}

void check_curve(const Validation& v, const v1::Curve& curve, const Path& path) {
  const Path points = path.field("points");
  for (int i = 1; i < curve.points_size(); ++i) {
    const double before = curve.points(i - 1).at();
    if (curve.points(i).at() > before) continue;
    if (v.unread().touches(points)) return;
    v.refuse(
        points.item(static_cast<std::size_t>(i)), {"at"},
        {fmt::format("the points of a curve must be in order of time: {} does not come after {}",
                     format_duration(curve.points(i).at()), format_duration(before))});
  }
  if (!curve.has_period() || curve.points().empty()) return;
  const double last = curve.points(curve.points_size() - 1).at();
  if (last <= curve.period()) return;
  v.refuse(path, {"period", "points"},
           {fmt::format("the period ({}) ends before the last point ({})",
                        format_duration(curve.period()), format_duration(last))});
}

void check_retry(const Validation& v, const v1::Retry& retry, const Path& path) {
  if (retry.backoff_max() >= retry.backoff()) return;
  v.refuse(path, {"backoff_max", "backoff"},
           {fmt::format("'backoff_max' ({}) is shorter than 'backoff' ({})",
                        format_duration(retry.backoff_max()), format_duration(retry.backoff()))});
}

}  // namespace

bool is_whole(double sum) {
  constexpr double kRounding = 1e-6;
  return std::fabs(sum - 1) <= kRounding;
}

bool takes_no_time(const v1::DrawnDuration& law) {
  switch (law.law_case()) {
    case v1::DrawnDuration::kFixed:
      return law.fixed() == 0;
    case v1::DrawnDuration::kUniform:
      return law.uniform().to() == 0;
    case v1::DrawnDuration::kExponential:
    case v1::DrawnDuration::kLognormal:
    case v1::DrawnDuration::LAW_NOT_SET:
      return false;
  }
  return false;
}

void validate_values(const Validation& v) {
  for_each_message(v.scenario(), v.root(), [&](const Message& message, const Path& path) {
    const auto* type = message.GetDescriptor();
    if (type == v1::DurationRange::descriptor()) {
      check_range(v, static_cast<const v1::DurationRange&>(message), path);
    } else if (type == v1::Ramp::descriptor()) {
      check_range(v, static_cast<const v1::Ramp&>(message), path);
    } else if (type == v1::LognormalDuration::descriptor()) {
      check_lognormal(v, static_cast<const v1::LognormalDuration&>(message), path);
    } else if (type == v1::Curve::descriptor()) {
      check_curve(v, static_cast<const v1::Curve&>(message), path);
    } else if (type == v1::Retry::descriptor()) {
      check_retry(v, static_cast<const v1::Retry&>(message), path);
    }
  });
}

}  // namespace chokepoint
