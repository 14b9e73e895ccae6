#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
