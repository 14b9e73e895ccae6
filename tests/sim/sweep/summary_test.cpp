#include "sim/sweep/summary.h"

#include <gmock/gmock.h>

#include "tests/sim/sweep/swept.h"

namespace chokepoint::sim {
namespace {

class SweepSummary : public Swept {
 protected:
  v1::SweepReport report(const std::string& more) const {
    const LoadedSweep loaded = load(more);
    return summary_of(loaded.sweep, {shard_of(loaded)});
  }
};

TEST_F(SweepSummary, HoldsDesignsAgainstTheFirstSeedBySeed) {
  const v1::SweepReport found = report(
      "variants: [base, same, long]\nruns: 4\n"
      "draw: {begin: {set: faults.crash.at, range: 10s..4min}}\n");
  ASSERT_EQ(found.points_size(), 3);
  EXPECT_FALSE(found.points(0).measures(0).has_beside());
  EXPECT_EQ(found.points(1).measures(0).beside().value(), 0);
  EXPECT_NEAR(found.points(2).measures(0).beside().value(), 60, 1e-9);
  EXPECT_NEAR(found.points(2).measures(0).beside().low(), 60, 1e-6);
}

TEST_F(SweepSummary, KnowsWhatDecidesAndWhatDoesNot) {
  const v1::SweepReport found = report(
      "runs: 300\nseed: 301\nmeasures: {outage: {name: outage, capability: read, at_most: 40s}}\n"
      "draw:\n"
      "  repair: {set: faults.crash.duration, range: 20s..60s}\n"
      "  begin: {set: faults.crash.at, range: 10s..4min}\n"
      "  replicas: {set: components.web.service.replicas, one_of: [1, 2, 3]}\n");
  const v1::MeasureReport& outage = found.points(0).measures(0);
  EXPECT_LE(outage.mean().low(), 40);
  EXPECT_GE(outage.mean().high(), 40);
  EXPECT_LE(outage.within().low(), 0.5);
  EXPECT_GE(outage.within().high(), 0.5);
  EXPECT_GE(outage.least(), 20);
  EXPECT_LE(outage.most(), 60);
  ASSERT_EQ(outage.influences_size(), 3);
  EXPECT_EQ(outage.influences(0).drawn(), "repair");
  EXPECT_GT(outage.influences(0).explained(), 0.9);
  EXPECT_GT(outage.influences(0).rank_correlation().low(), 0.95);
  EXPECT_LT(outage.influences(1).explained(), 0.05);
  EXPECT_LT(outage.influences(2).explained(), 0.05);
}

TEST_F(SweepSummary, SaysHowOftenExpectationsHeld) {
  const v1::SweepReport found =
      report("variants: [base, long]\nruns: 10\nset: [faults.crash.duration=30s]\n");
  ASSERT_EQ(found.points(0).expectations_size(), 1);
  EXPECT_EQ(found.points(0).expectations(0).held().value(), 1) << "a change is made in all designs";
  EXPECT_EQ(found.points(1).expectations(0).held().value(), 1);
  EXPECT_EQ(report("runs: 10\n").points(0).expectations(0).held().value(), 0);
}

TEST_F(SweepSummary, GoesThroughEveryCombination) {
  const v1::SweepReport found = report(
      "runs: 1\nvary:\n"
      "  lasts: {set: faults.crash.duration, values: [10s, 20s, 30s]}\n"
      "  at: {set: faults.crash.at, values: [1min, 2min]}\n");
  ASSERT_EQ(found.points_size(), 6);
  EXPECT_THAT(found.axes(), ::testing::ElementsAre("at", "lasts"));
  EXPECT_THAT(found.points(4).values(), ::testing::ElementsAre("2min", "20s"));
  EXPECT_EQ(found.points(4).measures(0).mean().value(), 20);
  EXPECT_EQ(found.points(4).measures(0).beside().value(), 10) << "beside the first point";
}

TEST_F(SweepSummary, OfAPartSaysHowMuchIsDone) {
  const LoadedSweep loaded = load("variants: [base, same]\nruns: 5\nshard_runs: 4\n");
  const v1::SweepReport found = summary_of(loaded.sweep, {shard_of(loaded, 1)});
  EXPECT_EQ(found.runs_planned(), 10U);
  EXPECT_EQ(found.runs_done(), 4U);
  EXPECT_EQ(found.points(0).runs(), 2U);
}

TEST_F(SweepSummary, NamesRunsWithoutAResultAndWhatMakesThemAgain) {
  const v1::SweepReport found =
      report("runs: 20\ndraw: {start: {set: faults.crash.at, one_of: [1min, 11min]}}\n");
  ASSERT_GT(found.runs_failed(), 0U);
  EXPECT_EQ(found.points(0).runs() + found.runs_failed(), 20U);
  EXPECT_THAT(found.failed(0).changes(), ::testing::ElementsAre("faults.crash.at=11min"));
}

}  // namespace
}  // namespace chokepoint::sim
