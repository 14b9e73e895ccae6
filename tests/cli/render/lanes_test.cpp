#include "cli/render/lanes.h"

#include <gtest/gtest.h>

#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

using Names = std::vector<std::string>;

Lane market_lane() {
  testing::RecordBuilder build("x", 100);
  build.interval("component", "market", 0, 10, "continuous")
      .interval("component", "market", 10, 40, "halted")
      .interval("component", "market", 40, 60, "cancel-only")
      .interval("component", "market", 60, 80, "auction")
      .interval("component", "market", 80, 100, "continuous");
  return lanes_of(build.record).front();
}

TEST(Lanes, OrderStagesAsTheyOpenAfterAHalt) {
  EXPECT_EQ(market_lane().stages, (Names{"cancel-only", "auction", "continuous"}));
}

TEST(Lanes, AreUpOnlyAtTheLastStage) {
  const Lane lane = market_lane();

  EXPECT_EQ(lane.segments[0].level, Level::up);
  EXPECT_EQ(lane.segments[1].level, Level::down);
  EXPECT_EQ(lane.segments[2].level, Level::degraded);
  EXPECT_GT(lane.segments[2].severity, lane.segments[3].severity) << "an earlier stage is worse";
}

TEST(Lanes, DropStatesThatLastedForNoTime) {
  testing::RecordBuilder build("x", 100);
  build.interval("capability", "trade", 0, 50, "up")
      .interval("capability", "trade", 50, 50, "down")
      .interval("capability", "trade", 50, 100, "up");

  const Lane lane = lanes_of(build.record).front();

  ASSERT_EQ(lane.segments.size(), 1U);
  EXPECT_EQ(lane.segments[0].to_s, 100);
}

TEST(Lanes, KnowHotAndCoolPlaces) {
  testing::RecordBuilder build("x", 100);
  build.interval("place", "hall", 0, 50, "cool").interval("place", "hall", 50, 100, "hot");

  const Lane lane = lanes_of(build.record).front();

  EXPECT_EQ(lane.segments[0].level, Level::up);
  EXPECT_EQ(lane.segments[1].level, Level::degraded);
}

TEST(WorstBetween, FindsAStateShorterThanTheSlot) {
  testing::RecordBuilder build("x", 100);
  build.interval("capability", "trade", 0, 50, "up")
      .interval("capability", "trade", 50, 50.1, "down")
      .interval("capability", "trade", 50.1, 100, "up");
  const Lane lane = lanes_of(build.record).front();

  EXPECT_EQ(worst_between(lane, 45, 55)->level, Level::down);
  EXPECT_EQ(worst_between(lane, 55, 65)->level, Level::up);
  EXPECT_EQ(worst_between(lane, 100, 110), nullptr);
}

TEST(Simplified, MergesRunsOfShortStatesIntoTheWorst) {
  const Lane lane = lanes_of(testing::flapping(3)).front();

  const Lane merged = simplified(lane, 3600);

  ASSERT_EQ(merged.segments.size(), 1U);
  EXPECT_EQ(merged.segments[0].merged, 6U);
  EXPECT_EQ(merged.segments[0].level, Level::down);
}

TEST(Simplified, KeepsOneShortStateBetweenLongOnes) {
  testing::RecordBuilder build("x", 100);
  build.interval("capability", "trade", 0, 50, "up")
      .interval("capability", "trade", 50, 51, "down")
      .interval("capability", "trade", 51, 100, "up");
  const Lane lane = lanes_of(build.record).front();

  EXPECT_EQ(simplified(lane, 10).segments.size(), 3U);
}

TEST(Board, ShowsTheComponentsInTroubleForLongest) {
  testing::RecordBuilder build("x", 100);
  for (int i = 0; i < 20; ++i) {
    const std::string name = "c" + std::to_string(i);
    build.interval("component", name, 0, 50, "up")
        .interval("component", name, 50, 51.0 + i, "down")
        .interval("component", name, 51.0 + i, 100, "up");
  }
  build.interval("component", "calm", 0, 100, "up");

  const Board board = board_of(build.record);

  EXPECT_EQ(board.components.size(), 12U);
  EXPECT_EQ(board.components_other, 8U);
  EXPECT_EQ(board.components_up, 1U);
  for (const Lane& lane : board.components) EXPECT_NE(lane.subject, "c0");
}

}  // namespace
}  // namespace chokepoint::cli
