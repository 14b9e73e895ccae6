#pragma once
// What a sample of independent runs says about all of them: numbers with 95 % confidence intervals.
// Thread rule: pure functions.

#include <cstddef>
#include <span>
#include <vector>

#include "chokepoint/v1/sweep.pb.h"

namespace chokepoint::sim {

// Of `all` trials, at least one, this many succeeded (Wilson, "Probable inference, the law of
// succession, and statistical inference", JASA 22, 1927).
v1::Estimate share_estimate(std::size_t succeeded, std::size_t all);

// Student's t; at least one value, of one value without an interval.
v1::Estimate mean_estimate(std::span<const double> values);

// Of sorted values, at least one: the smallest below or at which this share of the values is. The
// interval is made of order statistics (David, Nagaraja, "Order Statistics", section 7.1), and
// holds for any law; an end is absent when the values are too few: the upper one of 95 % needs 72.
v1::Estimate quantile_estimate(std::span<const double> sorted, double share);

// Spearman's rank correlation, ranks of equal values being averaged, with an interval by Fisher's
// transformation and the variance of Fieller, Hartley, Pearson (Biometrika 44, 1957). Of less than
// four pairs, or where all values of one are equal: 0 without an interval.
v1::Estimate rank_correlation(std::span<const double> a, std::span<const double> b);

// The share of the values' variance that lies between the groups, freed from what luck puts there
// (Kelley's epsilon squared, PNAS 21, 1935): around 0 when the groups say nothing, 1 when they say
// all. groups[i], below `count`, is the group of values[i].
double explained_share(std::span<const double> values, std::span<const std::size_t> groups,
                       std::size_t count);

}  // namespace chokepoint::sim
