#include "cli/render/timeline.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/cli/golden.h"
#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

TEST(Timeline, TellsAnOutageOnOnePage) {
  testing::expect_golden(timeline(testing::hall_outage(), Colour::never), "timeline_outage.txt");
}

TEST(Timeline, SaysThatNothingHappened) {
  testing::expect_golden(timeline(testing::quiet_hour(), Colour::never), "timeline_quiet.txt");
}

TEST(Timeline, IsTheSameTextWithColoursTakenOut) {
  std::string coloured = timeline(testing::hall_outage(), Colour::always);
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
       at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }

  EXPECT_EQ(coloured, timeline(testing::hall_outage(), Colour::never));
}

TEST(Timeline, ShortensWhatComesAndGoesTooOften) {
  testing::expect_golden(timeline(testing::flapping(300), Colour::never), "timeline_flapping.txt");
}

TEST(Timeline, StaysWithinTheLineWidth) {
  std::istringstream lines(timeline(testing::hall_outage(), Colour::never));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), kLineWidth) << line;
}

}  // namespace
}  // namespace chokepoint::cli
