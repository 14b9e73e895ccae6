#include "sim/sweep/run_shard.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/sim/sweep/swept.h"

namespace chokepoint::sim {
namespace {

using ::testing::HasSubstr;

using RunShard = Swept;

constexpr const char* kDrawn =
    "variants: [base, same]\n"
    "draw: {repair: {set: faults.crash.duration, range: 10s..50s}}\n";

double outage_of(const v1::SweepShard& shard, const v1::SweepRun& run) {
  for (int i = 0; i < run.values_size(); ++i) {
    if (shard.measures(i).name() == "outage") return run.values(i);
  }
  ADD_FAILURE() << "no outage";
  return 0;
}

TEST_F(RunShard, GivesTheSameBytesWithAnyNumberOfWorkers) {
  const LoadedSweep loaded = load(std::string(kDrawn) + "runs: 6\n");
  EXPECT_EQ(shard_of(loaded, 0, 1).SerializeAsString(), shard_of(loaded, 0, 5).SerializeAsString());
}

TEST_F(RunShard, OfTheSameSeedDrawsTheSameInEachDesign) {
  const v1::SweepShard shard = shard_of(load(std::string(kDrawn) + "runs: 5\n"));
  ASSERT_EQ(shard.runs_size(), 10);
  std::set<double> different;
  for (int i = 0; i < 10; i += 2) {
    EXPECT_EQ(shard.runs(i).seed(), shard.runs(i + 1).seed());
    EXPECT_EQ(outage_of(shard, shard.runs(i)), outage_of(shard, shard.runs(i + 1)));
    different.insert(outage_of(shard, shard.runs(i)));
  }
  EXPECT_EQ(different.size(), 5U);
}

TEST_F(RunShard, IsTheSameRunsInPartsAsInOne) {
  const v1::SweepShard whole = shard_of(load(std::string(kDrawn) + "runs: 5\n"));
  const LoadedSweep parts = load(std::string(kDrawn) + "runs: 5\nshard_runs: 4\n");
  int next = 0;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    const v1::SweepShard part = shard_of(parts, shard);
    for (const v1::SweepRun& run : part.runs()) {
      EXPECT_EQ(run.SerializeAsString(), whole.runs(next++).SerializeAsString());
    }
  }
  EXPECT_EQ(next, whole.runs_size());
}

TEST_F(RunShard, OfValuesThatMakeNoScenarioSaysSoAndGoesOn) {
  const v1::SweepShard shard =
      shard_of(load("draw: {start: {set: faults.crash.at, one_of: [1min, 11min]}}\nruns: 20\n"));
  int failed = 0;
  for (const v1::SweepRun& run : shard.runs()) {
    if (run.error().empty()) {
      EXPECT_EQ(outage_of(shard, run), 60);
    } else {
      EXPECT_THAT(run.error(), HasSubstr("the run ends at 10min"));
      ++failed;
    }
  }
  EXPECT_GT(failed, 3);
  EXPECT_LT(failed, 17);
}

TEST(DrawnShare, OfOneNameDoesNotDependOnOthersAndIsUniform) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    sum += drawn_share(seed, "repair");
    EXPECT_NE(drawn_share(seed, "repair"), drawn_share(seed, "boot"));
  }
  EXPECT_NEAR(sum / 2000, 0.5, 0.02);
}

}  // namespace
}  // namespace chokepoint::sim
