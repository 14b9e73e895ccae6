#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using ::testing::HasSubstr;

TEST(Usage, PrintsItsVersion) {
  const Outcome outcome = chokepoint({"--version"});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, "chokepoint " CHOKEPOINT_VERSION "\n");
}

TEST(Usage, ShowsExamplesBeforeOptions) {
  for (const char* command : {"check", "run", "compare", "schema", "new"}) {
    const Outcome outcome = chokepoint({command, "--help"});

    EXPECT_EQ(outcome.exit, 0);
    EXPECT_LT(outcome.out.find("Examples:"), outcome.out.find("Options:")) << outcome.out;
  }
}

TEST(Usage, NamesEveryCommandInItsHelp) {
  const Outcome outcome = chokepoint({"--help"});

  for (const char* command : {"check", "run", "compare", "schema", "new"}) {
    EXPECT_THAT(outcome.out, HasSubstr(std::string("\n  ") + command + " "));
  }
}

// Wrong use ends with 2 and prints nothing on standard output, whatever is wrong.
void expect_refused(const std::vector<std::string>& arguments, const std::string& says) {
  const Outcome outcome = chokepoint(arguments);
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr(says));
}

TEST(Usage, WantsACommand) { expect_refused({}, "hint: see chokepoint --help"); }

TEST(Usage, SuggestsTheNearestCommand) { expect_refused({"rnu", "x"}, "did you mean 'run'?"); }

TEST(Usage, SuggestsTheNearestFlag) {
  expect_refused({"run", starter(), "--sed", "1"}, "did you mean '--seed'?");
  expect_refused({"run", starter(), "--varaint=x"}, "did you mean '--variant'?");
}

TEST(Usage, WantsAFile) { expect_refused({"run"}, "hint: see chokepoint run --help"); }

TEST(Usage, WantsANumberAsSeed) { expect_refused({"run", starter(), "--seed", "many"}, "seed"); }

TEST(Usage, WantsNoNegativeSeed) { expect_refused({"run", starter(), "--seed", "-1"}, "seed"); }

TEST(Usage, WantsAValueBehindAFlag) {
  expect_refused({"run", starter(), "--variant"}, "--variant");
}

TEST(Usage, TakesQuietBeforeAndBehindTheCommand) {
  EXPECT_EQ(chokepoint({"-q", "check", starter()}).exit, 0);
  EXPECT_EQ(chokepoint({"check", starter(), "-q"}).exit, 0);
}

TEST(Usage, RunsOneScenarioAtATime) {
  expect_refused({"run", starter(), incident()}, "unknown argument '" + incident() + "'");
}

}  // namespace
}  // namespace chokepoint::e2e
