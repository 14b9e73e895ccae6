#include "controller/compare/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace chokepoint::controller {
namespace {

v1::Band band_of(double low, double median, double high, double share = 1) {
  v1::Band band;
  band.set_low(low);
  band.set_median(median);
  band.set_high(high);
  band.set_share(share);
  return band;
}

TEST(IntervalScore, IsTheDistanceForASingleRun) {
  EXPECT_DOUBLE_EQ(interval_score(band_of(4, 4, 4), 1, 4), 0);
  EXPECT_DOUBLE_EQ(interval_score(band_of(4, 4, 4), 1, 7), 3);
  EXPECT_DOUBLE_EQ(interval_score(band_of(4, 4, 4), 1, 1), 3);
}

// Nine runs: a = 0.2, so (|y - m| / 2 + 0.1 * width + miss) / 1.5.
TEST(IntervalScore, IsThatOfThePublishedFormula) {
  EXPECT_DOUBLE_EQ(interval_score(band_of(10, 14, 20), 9, 14), (0 + 1) / 1.5);
  EXPECT_DOUBLE_EQ(interval_score(band_of(10, 14, 20), 9, 18), (2 + 1) / 1.5);
  EXPECT_DOUBLE_EQ(interval_score(band_of(10, 14, 20), 9, 24), (5 + 1 + 4) / 1.5);
  EXPECT_DOUBLE_EQ(interval_score(band_of(10, 14, 20), 9, 6), (4 + 1 + 4) / 1.5);
}

TEST(IntervalScore, GrowsWithTheMiss) {
  double last = 0;
  for (const double observed : {15.0, 18.0, 20.0, 21.0, 25.0, 60.0}) {
    const double score = interval_score(band_of(10, 15, 20), 10, observed);
    EXPECT_GT(score, last) << observed;
    last = score;
  }
}

TEST(IntervalScore, PunishesABandThatSaysNothing) {
  EXPECT_LT(interval_score(band_of(14, 15, 16), 10, 15),
            interval_score(band_of(0, 15, 60), 10, 15));
}

// Proper: of all predictions, the true one has the least score on average.
TEST(IntervalScore, IsLeastForThoseWhoPredictWhatHappens) {
  std::mt19937_64 numbers(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto mean_score = [&](double spread) {
    double sum = 0;
    for (int i = 0; i < 20000; ++i) {
      std::vector<double> runs;
      for (int k = 0; k < 9; ++k) runs.push_back(10 + spread * (uniform(numbers) - 0.5));
      std::sort(runs.begin(), runs.end());
      const double observed = 10 + 4 * (uniform(numbers) - 0.5);
      sum += interval_score(band_of(runs.front(), runs[4], runs.back()), 9, observed);
    }
    return sum / 20000;
  };

  EXPECT_LT(mean_score(4), mean_score(2));
  EXPECT_LT(mean_score(4), mean_score(8));
}

TEST(ScoreOfAMeasure, IsNothingWhenItIsRightlyAbsent) { EXPECT_EQ(score_of({}, 10, 30), 0); }

TEST(ScoreOfAMeasure, CountsWhetherItIsThere) {
  const v1::Band band = band_of(5, 5, 5, 0.5);
  EXPECT_DOUBLE_EQ(score_of({.band = &band, .share = 1}, 10, 30), 1);
  EXPECT_DOUBLE_EQ(score_of({.band = &band, .share = 0.5}, 10, 30), 0.25);
  EXPECT_DOUBLE_EQ(score_of({.band = &band, .share = 0.5, .observed = 5}, 10, 30), 0.25);
  EXPECT_DOUBLE_EQ(score_of({.observed = 5}, 10, 30), 2);
}

TEST(ScoreOfAMeasure, IsAShareOfTheScale) {
  const v1::Band band = band_of(5, 5, 5);
  EXPECT_DOUBLE_EQ(score_of({.band = &band, .share = 1, .observed = 8}, 1, 30), 0.1);
}

}  // namespace
}  // namespace chokepoint::controller
