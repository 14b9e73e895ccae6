#include "cli/render/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace chokepoint::cli {
namespace {

using Lines = std::vector<std::string>;

TEST(Wrap, BreaksBetweenWords) { EXPECT_EQ(wrap("one two three", 8), (Lines{"one two", "three"})); }

TEST(Wrap, BreaksAWordThatIsTooLongBehindADash) {
  EXPECT_EQ(wrap("healthy-log-control-plane", 14), (Lines{"healthy-log-", "control-plane"}));
}

TEST(Wrap, CutsWhatHasNoJoint) { EXPECT_EQ(wrap("abcdef", 4), (Lines{"abcd", "ef"})); }

TEST(Wrap, NeverCutsACharacterInTwo) { EXPECT_EQ(wrap("äöüß", 3), (Lines{"äöü", "ß"})); }

TEST(Wrap, KeepsAnEmptyTextAsOneLine) { EXPECT_EQ(wrap("", 4), Lines{""}); }

TEST(Table, AlignsColumns) {
  Table table({Align::left, Align::right});
  table.add({{"a"}, {"1"}});
  table.add({{"bb"}, {"22"}});

  EXPECT_EQ(table.text(Colour::never), "  a    1\n  bb  22\n");
}

TEST(Table, WrapsTheWidestColumnWhenALineWouldNotFit) {
  Table table({Align::left, Align::left});
  table.add({{"name"}, {std::string(60, 'x') + " " + std::string(60, 'y')}});

  std::istringstream lines(table.text(Colour::never));

  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), kLineWidth);
  EXPECT_NE(table.text(Colour::never).find("\n        yyy"), std::string::npos);
}

TEST(Table, PaintsWithoutMovingColumns) {
  Table table({Align::left, Align::left});
  table.add({{"a", Tone::bad}, {"b"}});

  EXPECT_EQ(table.text(Colour::always), "  \x1b[31ma\x1b[0m  b\n");
}

}  // namespace
}  // namespace chokepoint::cli
