#include "scenarios/base/range.h"

#include <gmock/gmock.h>

namespace chokepoint {
namespace {

TEST(RangeText, IsTwoQuantitiesOfOneUnit) {
  const Result<Range> range = parse_range("0.4degC/min..0.9degC/min");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->unit, v1::UNIT_TEMPERATURE_RATE);
  EXPECT_DOUBLE_EQ(range->from, 0.4 / 60);
  EXPECT_DOUBLE_EQ(range->to, 0.9 / 60);
}

TEST(RangeText, OfNothingOrOfTwoUnitsIsRefused) {
  for (const char* text : {"", "1s", "1s..3", "2s..1s", "1s..1s", "x..1s", "1s..x", "1s.."}) {
    EXPECT_FALSE(parse_range(text)) << text;
  }
}

TEST(RangeText, GoesThroughWideRangesByRatio) {
  const Range narrow{.unit = v1::UNIT_DURATION, .from = 1, .to = 3};
  EXPECT_EQ(value_at(narrow, 0.5), "2s");
  EXPECT_DOUBLE_EQ(share_of(narrow, 2), 0.5);
  const Range wide{.unit = v1::UNIT_DURATION, .from = 1, .to = 100};
  EXPECT_EQ(value_at(wide, 0.5), "10s");
  EXPECT_DOUBLE_EQ(share_of(wide, 10), 0.5);
  const Range from_zero{.unit = v1::UNIT_DURATION, .from = 0, .to = 100};
  EXPECT_EQ(value_at(from_zero, 0.5), "50s");
}

TEST(RangeText, StaysWholeWhereItIsACount) {
  const Range count{.unit = v1::UNIT_NONE, .from = 1, .to = 4};
  EXPECT_EQ(value_at(count, 0.5), "3");
  EXPECT_EQ(value_at(count, 0.1), "1");
}

}  // namespace
}  // namespace chokepoint
