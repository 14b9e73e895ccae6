#include "controller/plan/bands.h"

#include <gmock/gmock.h>

#include "tests/controller/plan/plan_sources.h"

namespace chokepoint::controller {
namespace {

using ::testing::SizeIs;

std::vector<v1::RunRecord> three_runs() {
  std::vector<v1::RunRecord> records(3, record_of_an_hour());
  add_down(records[0], "buy", 10, 40);
  add_down(records[1], "buy", 20, 40);
  add_down(records[2], "buy", 100, 110);
  return records;
}

TEST(Bands, SayLowestMedianAndHighestOfAllRuns) {
  const std::vector<v1::Band> bands = bands_of(three_runs());

  ASSERT_THAT(bands, SizeIs(1));
  EXPECT_EQ(bands[0].capability(), "buy");
  EXPECT_EQ(bands[0].measure(), "outage");
  EXPECT_EQ(bands[0].low(), 10);
  EXPECT_EQ(bands[0].median(), 20);
  EXPECT_EQ(bands[0].high(), 30);
  EXPECT_EQ(bands[0].share(), 1);
}

TEST(Bands, SayInHowManyRunsAMeasureHasAMeaning) {
  std::vector<v1::RunRecord> records(4, record_of_an_hour());
  add_down(records[2], "buy", 10, 40);

  EXPECT_EQ(bands_of(records)[0].share(), 0.25);
}

TEST(DownWindows, SayInWhichShareOfTheRunsACapabilityIsDownAndWhen) {
  const std::vector<v1::DownWindow> windows = down_windows(three_runs());

  ASSERT_THAT(windows, SizeIs(3));
  EXPECT_EQ(windows[0].from_s(), 10);
  EXPECT_EQ(windows[0].to_s(), 20);
  EXPECT_DOUBLE_EQ(windows[0].share(), 1.0 / 3);
  EXPECT_EQ(windows[1].to_s(), 40);
  EXPECT_DOUBLE_EQ(windows[1].share(), 2.0 / 3);
  EXPECT_EQ(windows[2].from_s(), 100);
}

}  // namespace
}  // namespace chokepoint::controller
