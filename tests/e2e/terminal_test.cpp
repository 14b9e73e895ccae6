#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::TemporaryFolder;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// A million and a half requests, each on its own: long enough for a bar.
constexpr const char* kLong = R"(
scenario: long
horizon: 15s
traffic: {discrete: true, tick: 1s, sample: 1s}
places: {zone: {}}
components:
  web: {service: {replicas: 1000, at: [zone], capacity: 1000/s}}
capabilities:
  view: {needs: [web]}
users:
  many: {rate: 100000/s, uses: {view: 100%}}
)";

TEST(Terminal, ShowsHowFarALongRunIs) {
  const TemporaryFolder folder;
  cli::testing::write_text(folder / "long.yaml", kLong);

  const Outcome outcome = chokepoint_on_terminal({.arguments = {"run", folder / "long.yaml"}});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, ContainsRegex("[0-9]+%  simulated [0-9]+s of 15s"));
}

TEST(Terminal, ShowsNoBarInAPipe) {
  const Outcome outcome = chokepoint({.arguments = {"run", "-"}, .input = kLong});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.err, "");
}

TEST(Terminal, ShowsColours) {
  const Outcome outcome = chokepoint_on_terminal({.arguments = {"run", starter()}});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\x1b[32mheld: all 2 expectations\x1b[0m"));
}

TEST(Terminal, ShowsNoColoursWhenAskedNotTo) {
  const Outcome outcome =
      chokepoint_on_terminal({.arguments = {"run", starter()}, .environment = {{"NO_COLOR", "1"}}});

  EXPECT_THAT(outcome.out, HasSubstr("held: all 2 expectations"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

TEST(Terminal, ShowsNoColoursWhereTheyMeanNothing) {
  const Outcome outcome =
      chokepoint_on_terminal({.arguments = {"run", starter()}, .environment = {{"TERM", "dumb"}}});

  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace chokepoint::e2e
