#include "controller/compare/score.h"

#include <gtest/gtest.h>

#include <random>

#include "controller/plan/bands.h"
#include "tests/controller/compare/game_day_record.h"

namespace chokepoint::controller {
namespace {

using Windows = std::vector<v1::DownWindow>;

v1::DownWindow window(double from, double to, double share = 1) {
  v1::DownWindow made;
  made.set_from_s(from);
  made.set_to_s(to);
  made.set_share(share);
  return made;
}

TEST(SecondsWrong, AreThoseInWhichASingleRunDiffers) {
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 40)}, {window(10, 40)}, 90), 0);
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 40)}, {window(12, 45)}, 90), 7);
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 40)}, {}, 90), 30);
  EXPECT_DOUBLE_EQ(seconds_wrong({}, {window(10, 14)}, 90), 4);
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 20)}, {window(30, 40)}, 90), 20);
  EXPECT_DOUBLE_EQ(seconds_wrong({}, {}, 90), 0);
}

TEST(SecondsWrong, CountADoubtByItsSquare) {
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 20, 0.5)}, {}, 90), 2.5);
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 20, 0.5)}, {window(10, 20)}, 90), 2.5);
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 20, 0.9)}, {window(10, 20)}, 90), 0.1);
}

// For ends X of an outage: E|X - y| - E|X - X'| / 2.
TEST(SecondsWrong, AreTheContinuousRankedProbabilityScoreOfItsEnd) {
  const std::vector<double> ends = {31, 33, 38, 39, 50};
  std::vector<v1::RunRecord> runs;
  for (const double end : ends) runs.push_back(run_with(end));
  Windows predicted;
  for (const v1::DownWindow& one : down_windows(runs)) {
    if (one.capability() == "trade") predicted.push_back(one);
  }
  const double seen = 36;
  double distance = 0, spread = 0;
  for (const double end : ends) {
    distance += std::abs(end - seen) / 5;
    for (const double other : ends) spread += std::abs(end - other) / 25;
  }

  EXPECT_NEAR(seconds_wrong(predicted, {window(15, 15 + seen)}, 90), distance - spread / 2, 1e-9);
}

TEST(SecondsWrong, EndWithTheRecord) {
  EXPECT_DOUBLE_EQ(seconds_wrong({window(10, 200)}, {window(10, 90)}, 90), 0);
  EXPECT_DOUBLE_EQ(seconds_wrong({window(100, 200)}, {}, 90), 0);
}

TEST(SecondsWrong, PunishAPredictionThatSaysNothing) {
  const Windows seen = {window(15, 45)};
  const Windows narrow = {window(15, 44), window(44, 46, 0.5)};
  const Windows wide = {window(15, 25), window(25, 80, 0.5)};
  EXPECT_LT(seconds_wrong(narrow, seen, 90), 1);
  EXPECT_GT(seconds_wrong(wide, seen, 90), 10);
}

TEST(SecondsWrong, GrowWithTheMiss) {
  double last = -1;
  for (const double end : {40.0, 42.0, 50.0, 80.0}) {
    const double wrong = seconds_wrong({window(15, 40)}, {window(15, end)}, 90);
    EXPECT_GT(wrong, last) << end;
    last = wrong;
  }
}

// Proper: of all predictions, the true one has the least score on average.
TEST(SecondsWrong, AreFewestForThoseWhoPredictWhatHappens) {
  std::mt19937_64 numbers(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto mean = [&](double spread) {
    Windows predicted = {window(0, 20 - spread / 2)};
    constexpr int kSteps = 40;
    for (int i = 0; i < kSteps; ++i) {
      const double from = 20 - spread / 2 + spread * i / kSteps;
      predicted.push_back(window(from, from + spread / kSteps, 1 - (i + 0.5) / kSteps));
    }
    double sum = 0;
    for (int i = 0; i < 4000; ++i) {
      sum += seconds_wrong(predicted, {window(0, 18 + 4 * uniform(numbers))}, 90);
    }
    return sum / 4000;
  };

  EXPECT_LT(mean(4), mean(2));
  EXPECT_LT(mean(4), mean(8));
}

}  // namespace
}  // namespace chokepoint::controller
