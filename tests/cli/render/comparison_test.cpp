#include "cli/render/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/cli/golden.h"
#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::RunRecord variant(const std::string& name, double availability, double outage) {
  testing::RecordBuilder build("hall-outage", 22 * 3600);
  build.record.set_variant(name);
  build.measure("capability", "trade", "availability", availability, v1::UNIT_RATIO)
      .measure("capability", "trade", "outage", outage, v1::UNIT_DURATION)
      .measure("capability", "view", "availability", 1, v1::UNIT_RATIO)
      .measure("component", "gateway", "downtime", 0, v1::UNIT_DURATION)
      .measure("component", "matching-engine", "downtime", outage, v1::UNIT_DURATION)
      .verdict("halt", v1::BASIS_CALIBRATED, "28min", "28min", "A")
      .verdict("back-in-time", v1::BASIS_PREDICTED, "at most 7h", "8h", "B");
  if (outage > 8 * 3600) build.but_deviated();
  if (outage > 0) build.measure("capability", "trade", "recovery_time", outage, v1::UNIT_DURATION);
  return build.record;
}

TEST(Comparison, ShowsDesignsSideBySide) {
  testing::expect_golden(
      comparison({variant("", 0.6354, 28860), variant("three-zones", 1, 0),
                  variant("healthy-log-control-plane", 0.6354, 28860),
                  variant("all-remedies", 1, 0), variant("drilled-standby", 0.9962, 300),
                  variant("rack-spread", 0.6354, 28860), variant("another", 0.6354, 28861)},
                 Colour::never),
      "comparison.txt");
}

TEST(Comparison, StaysWithinTheLineWidth) {
  std::istringstream lines(comparison({variant("", 0.5, 9), variant(std::string(60, 'x'), 0.5, 9),
                                       variant(std::string(70, 'y'), 1, 0)},
                                      Colour::never));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), kLineWidth) << line;
}

TEST(Comparison, TellsApartWhatIsTheSameAndWhatOnlyReadsTheSame) {
  v1::RunRecord a_second_more = variant("a-second-more", 0.25, 28861);

  const std::string text = comparison({variant("", 0.5, 28860), a_second_more}, Colour::never);

  EXPECT_THAT(text, HasSubstr("availability   50%            25%"));
  EXPECT_THAT(text, Not(HasSubstr("    outage"))) << "a second in eight hours is not shown";
}

TEST(Comparison, LeavesOutComponentsThatAreTheSame) {
  const std::string text = comparison({variant("", 1, 0), variant("other", 1, 0)}, Colour::never);

  EXPECT_THAT(text, Not(HasSubstr("downtime")));
  EXPECT_THAT(text, HasSubstr("3 others read the same in all"));
}

}  // namespace
}  // namespace chokepoint::cli
