#include "cli/shell.h"

#include <gtest/gtest.h>

namespace chokepoint::cli {
namespace {

TEST(ShellQuoted, LeavesPlainWordsAlone) {
  EXPECT_EQ(shell_quoted("scenarios/a-b_c.yaml"), "scenarios/a-b_c.yaml");
}

TEST(ShellQuoted, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_quoted("my file"), "'my file'");
  EXPECT_EQ(shell_quoted("$HOME;rm"), "'$HOME;rm'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quoted(""), "''");
}

}  // namespace
}  // namespace chokepoint::cli
