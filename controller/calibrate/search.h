#pragma once
// Finds the least of a noisy function of a few bounded numbers, and how far one can go from there
// without losing much.

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

// Each coordinate is in [0, 1]. Absent: nothing can be said of this point (it breaks a rule).
// An error ends the search.
using Objective = std::function<Result<std::optional<double>>(const std::vector<double>&)>;

// Deterministic: looks at the middle, at the first points of a Halton sequence, which covers the
// box evenly, and then around the best of them with steps along one coordinate each, halved when
// none is better (compass search: Kolda, Lewis, Torczon: Optimization by direct search, SIAM Review
// 45(3), 2003). It needs no slope and is not led astray by noise that is the same in all points,
// which is what runs with equal seeds have. Not thread-safe.
class Search {
 public:
  struct Tried {
    std::vector<double> point;
    double value = 0;
  };

  // At least one coordinate. Asks `objective` at most `most` times, and once for each point.
  Search(std::size_t coordinates, Objective objective, std::size_t most);

  // Looks at this point, too, before all others.
  Status look_at(const std::vector<double>& point);
  Status minimise();

  // The least and the largest value of a coordinate in a point whose value is not above `limit`,
  // the others being chosen anew for each; both are the best point's at least. minimise() first.
  struct Range {
    double from = 0;
    double to = 1;
  };
  Result<Range> profile(std::size_t coordinate, double limit);

  // Nothing when nothing could be said of any point.
  const std::optional<Tried>& best() const { return best_; }
  std::size_t asked() const { return asked_; }
  // Whether a point was not looked at because that would have been one too many.
  bool is_exhausted() const { return is_exhausted_; }

 private:
  struct Descent {
    double step = 0;
    double smallest = 0;
    std::optional<std::size_t> held = {};  // a coordinate that stays
    std::optional<double> enough = {};     // a value at which to stop
  };

  Result<std::optional<double>> value_at(const std::vector<double>& point);
  Status descend(std::vector<double> from, const Descent& descent);
  Result<bool> fits(std::size_t coordinate, double at, double limit);
  Result<double> edge(std::size_t coordinate, double inside, double outside, double limit);
  std::vector<double> nearest_best(std::size_t coordinate, double at) const;

  std::size_t coordinates_;
  Objective objective_;
  std::size_t most_;
  std::size_t asked_ = 0;
  bool is_exhausted_ = false;
  std::map<std::vector<double>, std::optional<double>> known_;
  std::optional<Tried> best_;
};

}  // namespace chokepoint::controller
