#include "controller/probes/one_line.h"

#include <gtest/gtest.h>

namespace chokepoint::controller {
namespace {

TEST(OneLine, LeavesPlainTextAlone) {
  EXPECT_EQ(one_line("status 503"), "status 503");
  EXPECT_EQ(one_line("größer als 1 €, 😀"), "größer als 1 €, 😀");
  EXPECT_EQ(one_line(""), "");
}

TEST(OneLine, MakesSpacesOfWhatCannotBeShown) {
  EXPECT_EQ(one_line("  a\r\n\tb\x7f\x1b[0m  "), "a b [0m");
  EXPECT_EQ(one_line("a\xC2\x85"
                     "b\xE2\x80\xA8"
                     "c"),
            "a b c");
}

TEST(OneLine, MakesSpacesOfWhatIsNoCharacter) {
  for (const char* const bytes :
       {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5", "\xFF", "\xF0\x9F\x98"}) {
    EXPECT_EQ(one_line("a" + std::string(bytes) + "b"), "a b");
    EXPECT_EQ(one_line("a" + std::string(bytes)), "a");
  }
}

TEST(OneLine, CutsBetweenCharacters) {
  EXPECT_EQ(one_line("abcdef", 6), "abcdef");
  EXPECT_EQ(one_line("abcdefg", 6), "abc...");
  EXPECT_EQ(one_line("aöö", 5), "aöö");
  EXPECT_EQ(one_line("aöööö", 6), "aö...");
  EXPECT_EQ(one_line("öööö", 4), "...");
  EXPECT_EQ(one_line("ab    ", 3), "ab");
  EXPECT_EQ(one_line(std::string(5000, 'x')).size(), kLongestText);
}

}  // namespace
}  // namespace chokepoint::controller
