#pragma once
// What a sweep consists of: points (a design with values), and runs (a point with a seed).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chokepoint/v1/sweep.pb.h"

namespace chokepoint {

struct SweepPoint {
  std::string variant = {};              // "" is the base
  std::vector<std::string> values = {};  // of the axes, in order of the axes' names
};

// The designs, the first first; "" is the base.
std::vector<std::string> designs_of(const v1::Sweep& sweep);

// Designs times the values of each axis; the largest number when there are too many to count.
std::uint64_t count_points(const v1::Sweep& sweep);
// Of index 0 on: the values of the last axis change first, the designs last.
SweepPoint point_of(const v1::Sweep& sweep, std::uint64_t index);

// Runs of all points. Run `index` is of point index % points, with the seed after index / points
// others: whatever is done of a sweep first has whole sets of points that share their luck.
std::uint64_t count_runs(const v1::Sweep& sweep);
std::uint64_t count_shards(const v1::Sweep& sweep);

// The value at `share` (0..1) of the way through what may be drawn.
std::string value_at(const v1::DrawnValue& drawn, double share);

// What changes the scenario into the point's, as for --set. `share` says for each drawn value, by
// name, which one.
std::vector<std::string> changes_of(const v1::Sweep& sweep, const SweepPoint& point,
                                    const std::function<double(const std::string&)>& share);

}  // namespace chokepoint
