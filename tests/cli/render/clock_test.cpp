#include "cli/render/clock.h"

#include <gtest/gtest.h>

#include "cli/render/axis.h"
#include "cli/render/reading.h"
#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

TEST(Clock, CountsFromTheStartOfTheScenario) {
  const Clock clock(testing::hall_outage());

  EXPECT_EQ(clock.instant(0), "7 May 23:20");
  EXPECT_EQ(clock.instant(28 * 60), "7 May 23:48");
  EXPECT_EQ(clock.instant(40 * 60), "8 May 00:00");
}

TEST(Clock, NamesTheDayOnlyWhenItIsAnother) {
  const Clock clock(testing::hall_outage());

  EXPECT_EQ(clock.instant(28 * 60, 0), "23:48");
  EXPECT_EQ(clock.instant(41 * 60, 0), "8 May 00:01");
}

TEST(Clock, ShowsSecondsInShortRuns) {
  EXPECT_EQ(Clock(testing::quiet_hour()).time(61), "23:21:01");
}

TEST(LengthOf, IsRoundedForReading) {
  EXPECT_EQ(length_of(0), "0s");
  EXPECT_EQ(length_of(0.2504), "250ms");
  EXPECT_EQ(length_of(1692.4), "28m12s");
  EXPECT_EQ(length_of(28861), "8h1m");
}

TEST(Reading, KeepsAsManyNinesAsThereAre) {
  EXPECT_EQ(reading(0.63541, v1::UNIT_RATIO), "63.54%");
  EXPECT_EQ(reading(0.99549, v1::UNIT_RATIO), "99.55%");
  EXPECT_EQ(reading(0.9999971, v1::UNIT_RATIO), "99.99971%");
  EXPECT_EQ(reading(1, v1::UNIT_RATIO), "100%");
  EXPECT_EQ(reading(0, v1::UNIT_RATIO), "0%");
}

TEST(Reading, GroupsTheDigitsOfCounts) {
  EXPECT_EQ(reading(24231123, v1::UNIT_NONE), "24,231,123");
  EXPECT_EQ(reading(999, v1::UNIT_NONE), "999");
  EXPECT_EQ(reading(-1000, v1::UNIT_NONE), "-1,000");
  EXPECT_EQ(reading(0.5, v1::UNIT_NONE), "0.5");
}

TEST(Ticks, StandAtRoundDistances) {
  EXPECT_EQ(ticks(22 * 3600, 6), (std::vector<double>{0, 14400, 28800, 43200, 57600, 72000}));
}

TEST(ClockTicks, StandAtRoundTimesOfTheDay) {
  const double start = Clock(testing::hall_outage()).seconds_into_day();

  EXPECT_EQ(clock_ticks(5 * 3600, 3, start).front(), 2400) << "00:00 is 40 minutes after 23:20";
}

}  // namespace
}  // namespace chokepoint::cli
