#include "sim/statistics/estimate.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "scenarios/base/assert.h"

namespace chokepoint::sim {
namespace {

constexpr double kTail = 0.025;  // on either side

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around(std::span<const double> values, double middle) {
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return sum;
}

v1::Estimate estimate(double value, double low, double high) {
  v1::Estimate made;
  made.set_value(value);
  made.set_low(low);
  made.set_high(high);
  return made;
}

double normal_quantile() { return boost::math::quantile(boost::math::normal(), 1 - kTail); }

std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = static_cast<double>(from + to - 1) / 2;
    }
    from = to;
  }
  return ranks;
}

}  // namespace

v1::Estimate share_estimate(std::size_t succeeded, std::size_t all) {
  CHOKEPOINT_ASSERT(all > 0 && succeeded <= all, "there are trials");
  const double z = normal_quantile();
  const auto n = static_cast<double>(all);
  const double share = static_cast<double>(succeeded) / n;
  const double scale = 1 + z * z / n;
  const double middle = (share + z * z / (2 * n)) / scale;
  const double half = z / scale * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return estimate(share, succeeded == 0 ? 0 : std::max(0.0, middle - half),
                  succeeded == all ? 1 : std::min(1.0, middle + half));
}

v1::Estimate mean_estimate(std::span<const double> values) {
  CHOKEPOINT_ASSERT(!values.empty(), "there are values");
  const double mean = mean_of(values);
  const auto n = static_cast<double>(values.size());
  if (values.size() == 1) {
    v1::Estimate alone;
    alone.set_value(mean);
    return alone;
  }
  const double error = std::sqrt(squares_around(values, mean) / (n - 1) / n);
  const double half = error * boost::math::quantile(boost::math::students_t(n - 1), 1 - kTail);
  return estimate(mean, mean - half, mean + half);
}

v1::Estimate quantile_estimate(std::span<const double> sorted, double share) {
  CHOKEPOINT_ASSERT(!sorted.empty() && share > 0 && share < 1, "there are values");
  const auto n = static_cast<double>(sorted.size());
  const auto at = static_cast<std::size_t>(std::ceil(share * n)) - 1;
  v1::Estimate made;
  made.set_value(sorted[std::min(at, sorted.size() - 1)]);
  // How many values are below the quantile is binomial.
  const boost::math::binomial below(n, share);
  const double few = std::floor(boost::math::quantile(below, kTail));
  const double many = std::ceil(boost::math::quantile(boost::math::complement(below, kTail)));
  if (boost::math::cdf(below, few) <= kTail) made.set_low(sorted[static_cast<std::size_t>(few)]);
  if (many < n) made.set_high(sorted[static_cast<std::size_t>(many)]);
  return made;
}

v1::Estimate rank_correlation(std::span<const double> a, std::span<const double> b) {
  CHOKEPOINT_ASSERT(a.size() == b.size(), "values come in pairs");
  v1::Estimate none;
  if (a.size() < 4) return none;
  const std::vector<double> of_a = ranks_of(a);
  const std::vector<double> of_b = ranks_of(b);
  const double middle = mean_of(of_a);  // of b as well
  double together = 0;
  for (std::size_t i = 0; i < a.size(); ++i) together += (of_a[i] - middle) * (of_b[i] - middle);
  const double scale = std::sqrt(squares_around(of_a, middle) * squares_around(of_b, middle));
  if (scale == 0) return none;
  const double found = std::clamp(together / scale, -1.0, 1.0);
  if (std::abs(found) == 1) return estimate(found, found, found);
  const double half = normal_quantile() * std::sqrt(1.06 / (static_cast<double>(a.size()) - 3));
  return estimate(found, std::tanh(std::atanh(found) - half), std::tanh(std::atanh(found) + half));
}

double explained_share(std::span<const double> values, std::span<const std::size_t> groups,
                       std::size_t count) {
  CHOKEPOINT_ASSERT(values.size() == groups.size(), "each value has a group");
  std::vector<double> sums(count);
  std::vector<double> sizes(count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    sums.at(groups[i]) += values[i];
    sizes.at(groups[i]) += 1;
  }
  const auto n = static_cast<double>(values.size());
  const auto used = static_cast<double>(
      std::count_if(sizes.begin(), sizes.end(), [](double size) { return size > 0; }));
  const double all = values.empty() ? 0 : squares_around(values, mean_of(values));
  if (all == 0 || n <= used) return 0;
  double inside = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double middle = sums[groups[i]] / sizes[groups[i]];
    inside += (values[i] - middle) * (values[i] - middle);
  }
  return 1 - (inside / (n - used)) / (all / (n - 1));
}

}  // namespace chokepoint::sim
