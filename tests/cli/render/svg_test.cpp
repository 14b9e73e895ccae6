#include "cli/render/svg.h"

#include <gtest/gtest.h>

#include "tests/cli/golden.h"
#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

TEST(Svg, DrawsAnOutage) { testing::expect_golden(svg(testing::hall_outage()), "outage.svg"); }

TEST(Svg, EscapesWhatComesFromTheScenario) {
  testing::RecordBuilder build("a<b&\"c\"", 60);
  build.interval("capability", "x<y", 0, 60, "down", "p&q");

  const std::string picture = svg(build.record);

  EXPECT_EQ(count(picture, "x<y"), 0U);
  EXPECT_GT(count(picture, "x&lt;y"), 0U);
  EXPECT_EQ(count(picture, "p&q"), 0U);
}

TEST(Svg, AsksForNothingFromTheNetwork) {
  const std::string picture = svg(testing::hall_outage());

  EXPECT_EQ(count(picture, "http"), 1U) << "only the name of the SVG namespace";
  EXPECT_EQ(count(picture, "url("), 0U);
  EXPECT_EQ(count(picture, "<script"), 0U);
}

TEST(Svg, StaysSmallWhateverHappens) { EXPECT_LT(svg(testing::flapping(100'000)).size(), 50'000U); }

TEST(Svg, SaysThatAGameDayWasForReal) {
  testing::RecordBuilder build("two-states", 60);
  build.interval("capability", "trade", 0, 60, "up");
  EXPECT_EQ(count(svg(build.record), "1min simulated, seed"), 1U);

  build.record.mutable_game_day()->set_deployment("staging");
  build.record.mutable_game_day()->set_pace(60);

  EXPECT_EQ(count(svg(build.record), "1min for real on staging, at 60x"), 1U);
}

TEST(Svg, ExplainsStagesOnlyWhereSomethingOpensInStages) {
  testing::RecordBuilder build("two-states", 60);
  build.interval("capability", "trade", 0, 60, "up");
  EXPECT_EQ(count(svg(build.record), "opening in stages"), 0U);

  build.interval("component", "market", 0, 20, "halted")
      .interval("component", "market", 20, 60, "cancel-only");
  EXPECT_EQ(count(svg(build.record), "opening in stages"), 1U);
}

TEST(Svg, HasATooltipForEachSegment) {
  testing::RecordBuilder build("two-states", 60);
  build.interval("capability", "trade", 0, 30, "up")
      .interval("capability", "trade", 30, 60, "down");

  EXPECT_EQ(count(svg(build.record), "<title>trade"), 2U);
}

}  // namespace
}  // namespace chokepoint::cli
