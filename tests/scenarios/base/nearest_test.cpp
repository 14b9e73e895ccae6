#include "scenarios/base/nearest.h"

#include <gtest/gtest.h>

namespace chokepoint {
namespace {

const std::vector<std::string> kKnown = {"replicas", "retry", "rate"};

TEST(Nearest, FindsNamesWithALetterTooManyMissingWrongOrSwapped) {
  EXPECT_EQ(nearest("repplicas", kKnown), "replicas");
  EXPECT_EQ(nearest("replcas", kKnown), "replicas");
  EXPECT_EQ(nearest("replixas", kKnown), "replicas");
  EXPECT_EQ(nearest("relpicas", kKnown), "replicas");
}

TEST(Nearest, PrefersFewerSlips) { EXPECT_EQ(nearest("rata", kKnown), "rate"); }

TEST(Nearest, FindsNothingForWhatIsFarFromAllNames) {
  EXPECT_EQ(nearest("capacity", kKnown), "");
  EXPECT_EQ(nearest("x", {"a", "b"}), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest(std::string(100'000, 'r'), kKnown), "");
}

TEST(HintForUnknown, ListsWhatIsKnownWhenNothingIsNear) {
  EXPECT_EQ(hint_for_unknown("rete", kKnown, "known keys"), "did you mean 'rate'?");
  EXPECT_EQ(hint_for_unknown("capacity", kKnown, "known keys"),
            "known keys: replicas, retry, rate");
}

TEST(HintForUnknown, SaysNothingAboutLongLists) {
  EXPECT_EQ(hint_for_unknown("capacity", std::vector<std::string>(50, "x1234567890"), "known"), "");
}

}  // namespace
}  // namespace chokepoint
