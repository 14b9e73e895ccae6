#include "controller/calibrate/search.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/base/assert.h"

namespace chokepoint::controller {
namespace {

constexpr std::array kPrimes = {2, 3, 5, 7, 11, 13, 17, 19};
constexpr std::size_t kFirst = 5;      // points that are looked at first, and as many more ...
constexpr std::size_t kFirstEach = 4;  // ... for each coordinate
constexpr double kStep = 0.125;        // of the search around the best
constexpr double kSmallest = 1.0 / 128;
constexpr std::size_t kGrid = 8;        // stretches of a profile
constexpr double kProfileStep = 0.125;  // of the other coordinates
constexpr double kProfileSmallest = 1.0 / 16;
constexpr int kHalvings = 3;  // of the stretch in which a range ends

// The digits of `number` behind the point, the last one first.
double radical_inverse(std::size_t number, std::size_t base) {
  double value = 0;
  double digit = 1;
  for (; number > 0; number /= base) {
    digit /= static_cast<double>(base);
    value += digit * static_cast<double>(number % base);
  }
  return value;
}

}  // namespace

Search::Search(std::size_t coordinates, Objective objective, std::size_t most)
    : coordinates_(coordinates), objective_(std::move(objective)), most_(most) {
  CHOKEPOINT_ASSERT(coordinates >= 1 && coordinates <= kPrimes.size(),
                    "the caller bounds the number of coordinates");
}

Result<std::optional<double>> Search::value_at(const std::vector<double>& point) {
  const auto known = known_.find(point);
  if (known != known_.end()) return known->second;
  if (asked_ >= most_) {
    is_exhausted_ = true;
    return std::optional<double>();
  }
  ++asked_;
  const Result<std::optional<double>> value = objective_(point);
  if (!value) return value.error();
  known_[point] = *value;
  if (*value && (!best_ || **value < best_->value)) best_ = Tried{point, **value};
  return *value;
}

Status Search::look_at(const std::vector<double>& point) {
  if (const auto value = value_at(point); !value) return value.error();
  return Ok{};
}

Status Search::minimise() {
  if (Status looked = look_at(std::vector<double>(coordinates_, 0.5)); !looked) return looked;
  for (std::size_t i = 1; i < kFirst + kFirstEach * coordinates_; ++i) {
    std::vector<double> point;
    for (std::size_t k = 0; k < coordinates_; ++k) {
      point.push_back(radical_inverse(i, static_cast<std::size_t>(kPrimes.at(k))));
    }
    if (Status looked = look_at(point); !looked) return looked;
  }
  if (!best_) return Ok{};
  return descend(best_->point, {.step = kStep, .smallest = kSmallest});
}

// Goes down from a point, as far as it can or as is enough.
Status Search::descend(std::vector<double> from, const Descent& descent) {
  const Result<std::optional<double>> first = value_at(from);
  if (!first) return first.error();
  double least = (*first).value_or(INFINITY);
  double step = descent.step;
  while (step >= descent.smallest) {
    std::vector<double> next = from;
    for (std::size_t k = 0; k < coordinates_; ++k) {
      for (const double way : {step, -step}) {
        if (descent.held == k) continue;
        if (descent.enough && least <= *descent.enough) return Ok{};
        std::vector<double> point = from;
        point[k] = std::clamp(point[k] + way, 0.0, 1.0);
        const Result<std::optional<double>> value = value_at(point);
        if (!value) return value.error();
        if (*value && **value < least) {
          least = **value;
          next = point;
        }
      }
    }
    if (next == from) step /= 2;
    from = next;
  }
  return Ok{};
}

// What is known of the best point with this coordinate nearest, moved there.
std::vector<double> Search::nearest_best(std::size_t coordinate, double at) const {
  std::vector<double> point = best_->point;
  double least = INFINITY;
  for (const auto& [known, value] : known_) {
    if (!value || std::abs(known[coordinate] - at) > 1.0 / kGrid || *value >= least) continue;
    least = *value;
    point = known;
  }
  point[coordinate] = at;
  return point;
}

Result<bool> Search::fits(std::size_t coordinate, double at, double limit) {
  const std::vector<double> from = nearest_best(coordinate, at);
  Status down = descend(from, {.step = kProfileStep,
                               .smallest = coordinates_ == 1 ? INFINITY : kProfileSmallest,
                               .held = coordinate,
                               .enough = limit});
  if (!down) return down.error();
  for (const auto& [known, value] : known_) {
    if (known[coordinate] == at && value && *value <= limit) return true;
  }
  return false;
}

Result<double> Search::edge(std::size_t coordinate, double inside, double outside, double limit) {
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (inside + outside) / 2;
    const Result<bool> is_in = fits(coordinate, middle, limit);
    if (!is_in) return is_in.error();
    (*is_in ? inside : outside) = middle;
  }
  return inside;
}

Result<Search::Range> Search::profile(std::size_t coordinate, double limit) {
  CHOKEPOINT_ASSERT(best_.has_value(), "a profile is one around the best point");
  Range range{best_->point[coordinate], best_->point[coordinate]};
  double below = 0;  // the nearest on either side that does not fit
  double above = 1;
  bool is_below = false;
  bool is_above = false;
  std::vector<std::pair<double, bool>> grid;
  for (std::size_t i = 0; i <= kGrid; ++i) {
    const double at = static_cast<double>(i) / kGrid;
    const Result<bool> is_in = fits(coordinate, at, limit);
    if (!is_in) return is_in.error();
    grid.emplace_back(at, *is_in);
  }
  for (const auto& [known, value] : known_) {
    if (!value || *value > limit) continue;
    range.from = std::min(range.from, known[coordinate]);
    range.to = std::max(range.to, known[coordinate]);
  }
  for (const auto& [at, is_in] : grid) {
    if (!is_in && at < range.from && (!is_below || at > below)) below = at, is_below = true;
    if (!is_in && at > range.to && (!is_above || at < above)) above = at, is_above = true;
  }
  if (is_below) {
    const Result<double> from = edge(coordinate, range.from, below, limit);
    if (!from) return from.error();
    range.from = *from;
  }
  if (is_above) {
    const Result<double> to = edge(coordinate, range.to, above, limit);
    if (!to) return to.error();
    range.to = *to;
  }
  return range;
}

}  // namespace chokepoint::controller
