#include "sim/random/stream.h"

#include <gtest/gtest.h>

#include <cmath>

namespace chokepoint::sim {
namespace {

TEST(Stream, GivesTheSameNumbersForTheSameName) {
  Stream one(1, 2, "engine", "election");
  Stream two(1, 2, "engine", "election");
  for (int draw = 0; draw < 100; ++draw) EXPECT_EQ(one.bits(), two.bits());
}

TEST(Stream, DiffersByEveryPartOfItsName) {
  const std::uint64_t first = Stream(1, 2, "engine", "election").bits();
  EXPECT_NE(Stream(2, 2, "engine", "election").bits(), first);
  EXPECT_NE(Stream(1, 3, "engine", "election").bits(), first);
  EXPECT_NE(Stream(1, 2, "engines", "election").bits(), first);
  EXPECT_NE(Stream(1, 2, "engine", "elections").bits(), first);
  EXPECT_NE(Stream(1, 2, "enginee", "lection").bits(), first);
}

TEST(Stream, UniformNumbersFillTheUnitIntervalEvenly) {
  Stream stream(1, 0, "test", "uniform");
  int counts[10] = {};
  for (int draw = 0; draw < 100000; ++draw) {
    const double number = stream.uniform();
    ASSERT_GT(number, 0);
    ASSERT_LT(number, 1);
    ++counts[static_cast<int>(number * 10)];
  }
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - 1e4) * (count - 1e4) / 1e4;
  EXPECT_LT(chi_squared, 27.9);  // 99.9 % quantile with 9 degrees of freedom
}

TEST(Stream, DrawsHaveTheMeansOfTheirLaws) {
  Stream stream(1, 0, "test", "means");
  double exponential = 0;
  double normal_squares = 0;
  double small_poisson = 0;
  double large_poisson = 0;
  constexpr int kDraws = 200000;
  for (int draw = 0; draw < kDraws; ++draw) {
    exponential += stream.exponential(3);
    const double normal = stream.normal();
    normal_squares += normal * normal;
    small_poisson += static_cast<double>(stream.poisson(2.5));
    large_poisson += static_cast<double>(stream.poisson(400));
  }
  EXPECT_NEAR(exponential / kDraws, 3, .03);
  EXPECT_NEAR(normal_squares / kDraws, 1, .02);
  EXPECT_NEAR(small_poisson / kDraws, 2.5, .02);
  EXPECT_NEAR(large_poisson / kDraws, 400, .3);
}

TEST(Stream, BelowNeverReachesItsLimit) {
  Stream stream(1, 0, "test", "below");
  for (int draw = 0; draw < 1000; ++draw) EXPECT_LT(stream.below(3), 3);
  EXPECT_EQ(stream.below(1), 0);
}

TEST(Stream, LognormalDurationsHitTheirQuantiles) {
  v1::DrawnDuration law;
  law.mutable_lognormal()->set_median(40);
  law.mutable_lognormal()->set_p95(120);
  Stream stream(1, 0, "test", "lognormal");
  int above_median = 0;
  int above_p95 = 0;
  for (int draw = 0; draw < 100000; ++draw) {
    const double duration = stream.duration(law);
    above_median += duration > 40 ? 1 : 0;
    above_p95 += duration > 120 ? 1 : 0;
  }
  EXPECT_NEAR(above_median / 1e5, .5, .01);
  EXPECT_NEAR(above_p95 / 1e5, .05, .005);
}

}  // namespace
}  // namespace chokepoint::sim
