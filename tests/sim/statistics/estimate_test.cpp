#include "sim/statistics/estimate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/random/stream.h"

namespace chokepoint::sim {
namespace {

// In how many of 200 samples the interval holds the truth. With 95 % confidence it is 184 to 196.
template <class Covers>
int covered(Covers covers) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Stream stream(seed, 0, "estimate", "sample");
    count += covers(stream) ? 1 : 0;
  }
  return count;
}

bool holds(const v1::Estimate& estimate, double truth) {
  return estimate.low() <= truth && truth <= estimate.high();
}

TEST(ShareEstimate, IsWilsonsAsPublished) {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine
  // 17, 1998, table I, method 3.
  struct Published {
    std::size_t succeeded, all;
    double low, high;
  };
  for (const Published& one :
       {Published{81, 263, 0.2553, 0.3662}, Published{15, 148, 0.0624, 0.1605},
        Published{0, 20, 0, 0.1611}, Published{1, 29, 0.0061, 0.1718}}) {
    const v1::Estimate estimate = share_estimate(one.succeeded, one.all);
    EXPECT_NEAR(estimate.low(), one.low, 5e-5);
    EXPECT_NEAR(estimate.high(), one.high, 5e-5);
  }
  EXPECT_EQ(share_estimate(20, 20).high(), 1);
}

TEST(ShareEstimate, HoldsTheTruthInNineteenOfTwentySamples) {
  const int count = covered([](Stream& stream) {
    std::size_t succeeded = 0;
    for (int i = 0; i < 60; ++i) succeeded += stream.uniform() < 0.3 ? 1 : 0;
    return holds(share_estimate(succeeded, 60), 0.3);
  });
  EXPECT_GE(count, 184);
  EXPECT_LE(count, 196);
}

TEST(MeanEstimate, IsStudents) {
  const std::vector<double> values = {1, 2, 3, 4, 5};
  const v1::Estimate estimate = mean_estimate(values);
  EXPECT_DOUBLE_EQ(estimate.value(), 3);
  EXPECT_NEAR(estimate.high() - 3, 2.776445 * std::sqrt(2.5 / 5), 1e-5);
  EXPECT_NEAR(3 - estimate.low(), estimate.high() - 3, 1e-12);
}

TEST(MeanEstimate, HoldsTheTruthInNineteenOfTwentySamplesOfTen) {
  const int count = covered([](Stream& stream) {
    std::vector<double> values;
    for (int i = 0; i < 10; ++i) values.push_back(7 + 3 * stream.normal());
    return holds(mean_estimate(values), 7);
  });
  EXPECT_GE(count, 184);
  EXPECT_LE(count, 196);
}

TEST(MeanEstimate, OfOneValueHasNoInterval) {
  const std::vector<double> values = {4};
  EXPECT_EQ(mean_estimate(values).value(), 4);
  EXPECT_FALSE(mean_estimate(values).has_low());
}

TEST(QuantileEstimate, OfTenValuesIsFromTheSecondToTheNinth) {
  std::vector<double> values(10);
  std::iota(values.begin(), values.end(), 1.0);
  const v1::Estimate estimate = quantile_estimate(values, 0.5);
  EXPECT_EQ(estimate.value(), 5);
  EXPECT_EQ(estimate.low(), 2);
  EXPECT_EQ(estimate.high(), 9);
}

TEST(QuantileEstimate, HasNoUpperEndWhileValuesAreTooFew) {
  std::vector<double> values(71);
  std::iota(values.begin(), values.end(), 1.0);
  EXPECT_FALSE(quantile_estimate(values, 0.95).has_high());
  EXPECT_EQ(quantile_estimate(values, 0.95).value(), 68);
  values.push_back(72);
  EXPECT_EQ(quantile_estimate(values, 0.95).high(), 72);
  EXPECT_FALSE(quantile_estimate(std::vector<double>(3, 1.0), 0.05).has_low());
}

TEST(QuantileEstimate, HoldsTheTruthOfASkewedLaw) {
  const int count = covered([](Stream& stream) {
    std::vector<double> values;
    for (int i = 0; i < 101; ++i) values.push_back(stream.exponential(1));
    std::sort(values.begin(), values.end());
    return holds(quantile_estimate(values, 0.5), std::log(2));
  });
  EXPECT_GE(count, 184);
  EXPECT_LE(count, 199) << "wider than it need be";
}

TEST(RankCorrelation, SeesOrderAndNothingElse) {
  const std::vector<double> a = {1, 2, 3, 4, 5, 6};
  const std::vector<double> rising = {1, 10, 11, 500, 501, 9999};
  const std::vector<double> falling = {9, 8, 7, 3, 2, 0};
  EXPECT_EQ(rank_correlation(a, rising).value(), 1);
  EXPECT_EQ(rank_correlation(a, falling).value(), -1);
  EXPECT_EQ(rank_correlation(a, std::vector<double>(6, 2.0)).value(), 0);
  // Ties share their ranks: 1, 2.5, 2.5, 4 against 1 to 4.
  const std::vector<double> four = {1, 2, 3, 4};
  const std::vector<double> tied = {1, 5, 5, 9};
  EXPECT_NEAR(rank_correlation(four, tied).value(), 4.5 / std::sqrt(5 * 4.5), 1e-12);
}

TEST(RankCorrelation, IsNotToldFromNoneInNineteenOfTwentySamplesWithoutAny) {
  const int count = covered([](Stream& stream) {
    std::vector<double> a, b;
    for (int i = 0; i < 40; ++i) {
      a.push_back(stream.uniform());
      b.push_back(stream.normal());
    }
    return holds(rank_correlation(a, b), 0);
  });
  EXPECT_GE(count, 184);
  EXPECT_LE(count, 196);
}

TEST(ExplainedShare, IsAllOfItNoneOfItOrTheRightPart) {
  Stream stream(1, 0, "estimate", "groups");
  std::vector<double> decided, luck, half;
  std::vector<std::size_t> groups;
  for (std::size_t i = 0; i < 5000; ++i) {
    groups.push_back(i % 5);
    const auto middle = static_cast<double>(i % 5);  // variance 2
    decided.push_back(middle);
    luck.push_back(stream.normal());
    half.push_back(middle + std::sqrt(2) * stream.normal());
  }
  EXPECT_DOUBLE_EQ(explained_share(decided, groups, 5), 1);
  EXPECT_NEAR(explained_share(luck, groups, 5), 0, 0.01);
  EXPECT_NEAR(explained_share(half, groups, 5), 0.5, 0.03);
  EXPECT_EQ(explained_share(std::vector<double>(5000, 1.0), groups, 5), 0);
}

TEST(ExplainedShare, OfLuckIsAroundNothingHoweverFewTheRuns) {
  double sum = 0;
  covered([&](Stream& stream) {
    std::vector<double> values;
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < 15; ++i) {
      groups.push_back(i % 5);
      values.push_back(stream.normal());
    }
    sum += explained_share(values, groups, 5);
    return true;
  });
  EXPECT_NEAR(sum / 200, 0, 0.06) << "eta squared would be 0.29";
}

}  // namespace
}  // namespace chokepoint::sim
