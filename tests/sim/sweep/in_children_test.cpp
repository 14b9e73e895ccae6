#include "sim/in_children.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace chokepoint::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(InChildren, HandsResultsOverInOrder) {
  std::vector<std::string> results;
  in_children(
      5, 3,
      [](std::size_t index) {
        usleep(static_cast<useconds_t>(20'000 * (5 - index)));  // the last one is done first
        return std::to_string(index);
      },
      [&](std::size_t, Result<std::string> result) {
        results.push_back(*result);
        return true;
      });
  EXPECT_THAT(results, ElementsAre("0", "1", "2", "3", "4"));
}

TEST(InChildren, TellsHowOneDiedAndGoesOnWithTheOthers) {
  std::vector<std::string> results;
  in_children(
      3, 2,
      [](std::size_t index) -> std::string {
        if (index == 1) std::abort();
        return "well";
      },
      [&](std::size_t, Result<std::string> result) {
        results.push_back(result ? *result : result.error().message);
        return true;
      });
  EXPECT_THAT(results, ElementsAre("well", HasSubstr("was ended by signal 6"), "well"));
}

TEST(InChildren, TakesMoreThanAPipeHolds) {
  std::size_t size = 0;
  in_children(
      1, 1, [](std::size_t) { return std::string(5 << 20, 'x'); },
      [&](std::size_t, Result<std::string> result) {
        size = result->size();
        return true;
      });
  EXPECT_EQ(size, 5U << 20);
}

TEST(InChildren, EndsThoseThatStillWorkWhenNobodyWantsMore) {
  std::size_t done = 0;
  in_children(
      1000, 4,
      [](std::size_t index) {
        if (index > 0) sleep(600);
        return std::string();
      },
      [&](std::size_t, const Result<std::string>&) {
        ++done;
        return false;
      });
  EXPECT_EQ(done, 1U) << "and it did not take ten minutes";
}

}  // namespace
}  // namespace chokepoint::sim
