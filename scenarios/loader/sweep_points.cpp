#include "scenarios/loader/sweep_points.h"

#include <algorithm>
#include <limits>

#include "scenarios/base/assert.h"
#include "scenarios/base/range.h"
#include "scenarios/base/sorted.h"

namespace chokepoint {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kMost / b ? kMost : a * b;
}

}  // namespace

std::vector<std::string> designs_of(const v1::Sweep& sweep) {
  std::vector<std::string> designs(sweep.variants().begin(), sweep.variants().end());
  if (designs.empty()) designs.emplace_back();
  for (std::string& design : designs) {
    if (design == "base") design.clear();
  }
  return designs;
}

std::uint64_t count_points(const v1::Sweep& sweep) {
  auto points = static_cast<std::uint64_t>(designs_of(sweep).size());
  for (const auto& [name, axis] : sweep.vary()) {
    points = times(points, static_cast<std::uint64_t>(axis.values_size()));
  }
  return points;
}

SweepPoint point_of(const v1::Sweep& sweep, std::uint64_t index) {
  CHOKEPOINT_ASSERT(index < count_points(sweep), "the sweep has such a point");
  const std::vector<std::string> axes = sorted_names(sweep.vary());
  SweepPoint point;
  point.values.resize(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    const v1::Axis& axis = sweep.vary().at(axes[i]);
    const auto size = static_cast<std::uint64_t>(axis.values_size());
    point.values[i] = axis.values(static_cast<int>(index % size));
    index /= size;
  }
  point.variant = designs_of(sweep)[index];
  return point;
}

std::uint64_t count_runs(const v1::Sweep& sweep) {
  return times(count_points(sweep), sweep.runs());
}

std::uint64_t count_shards(const v1::Sweep& sweep) {
  const std::uint64_t runs = count_runs(sweep);
  return runs / sweep.shard_runs() + (runs % sweep.shard_runs() == 0 ? 0 : 1);
}

std::string value_at(const v1::DrawnValue& drawn, double share) {
  if (drawn.range().empty()) {
    const double place = share * drawn.one_of_size();
    return drawn.one_of(std::clamp(static_cast<int>(place), 0, drawn.one_of_size() - 1));
  }
  const Result<Range> range = parse_range(drawn.range());
  CHOKEPOINT_ASSERT(range, "the loader has read the range");
  return value_at(*range, share);
}

std::vector<std::string> changes_of(const v1::Sweep& sweep, const SweepPoint& point,
                                    const std::function<double(const std::string&)>& share) {
  std::vector<std::string> changes(sweep.set().begin(), sweep.set().end());
  const std::vector<std::string> axes = sorted_names(sweep.vary());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    for (const std::string& path : sweep.vary().at(axes[i]).set()) {
      changes.push_back(path + "=" + point.values[i]);
    }
  }
  for (const std::string& name : sorted_names(sweep.draw())) {
    const v1::DrawnValue& drawn = sweep.draw().at(name);
    const std::string value = value_at(drawn, share(name));
    for (const std::string& path : drawn.set()) changes.push_back(path + "=" + value);
  }
  return changes;
}

}  // namespace chokepoint
