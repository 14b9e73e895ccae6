#include "controller/calibrate/search.h"

#include <gtest/gtest.h>

#include <cmath>

namespace chokepoint::controller {
namespace {

using Point = std::vector<double>;
using Value = Result<std::optional<double>>;

Search search_for(std::size_t coordinates, std::function<double(const Point&)> value,
                  std::size_t most = 1000) {
  return {coordinates,
          [value = std::move(value)](const Point& point) -> Value {
            return std::optional(value(point));
          },
          most};
}

double bowl(const Point& point) {
  return std::pow(point[0] - 0.3, 2) + std::pow(point[1] - 0.8, 2);
}

TEST(Search, FindsTheLeastOfABowl) {
  Search search = search_for(2, bowl);
  ASSERT_TRUE(search.minimise());

  EXPECT_NEAR(search.best()->point[0], 0.3, 0.02);
  EXPECT_NEAR(search.best()->point[1], 0.8, 0.02);
  EXPECT_LT(search.asked(), 120U);
}

TEST(Search, FindsALeastAtTheEdge) {
  Search search = search_for(1, [](const Point& point) { return point[0]; });
  ASSERT_TRUE(search.minimise());

  EXPECT_EQ(search.best()->point[0], 0);
}

TEST(Search, IsNotLedAstrayByRipples) {
  Search search = search_for(2, [](const Point& point) {
    return bowl(point) + 0.002 * std::sin(200 * point[0]) * std::cos(170 * point[1]);
  });
  ASSERT_TRUE(search.minimise());

  EXPECT_NEAR(search.best()->point[0], 0.3, 0.1);
  EXPECT_NEAR(search.best()->point[1], 0.8, 0.1);
}

TEST(Search, SaysHowFarOneCanGo) {
  Search search = search_for(2, bowl);
  ASSERT_TRUE(search.minimise());
  const Result<Search::Range> range = search.profile(0, 0.04);

  ASSERT_TRUE(range);
  EXPECT_NEAR(range->from, 0.1, 0.03);
  EXPECT_NEAR(range->to, 0.5, 0.03);
}

TEST(Search, SaysThatAnythingFitsWhereACoordinateDoesNotMatter) {
  Search search = search_for(2, [](const Point& point) { return std::abs(point[0] - 0.5); });
  ASSERT_TRUE(search.minimise());
  const Result<Search::Range> range = search.profile(1, 0.01);

  ASSERT_TRUE(range);
  EXPECT_EQ(range->from, 0);
  EXPECT_EQ(range->to, 1);
}

// Only the sum matters: each alone may be almost anything, if the other makes up for it.
TEST(Search, ChoosesTheOthersAnewForARange) {
  Search search =
      search_for(2, [](const Point& point) { return std::abs(point[0] + point[1] - 1); });
  ASSERT_TRUE(search.minimise());
  const Result<Search::Range> range = search.profile(0, 0.05);

  ASSERT_TRUE(range);
  EXPECT_LT(range->from, 0.1);
  EXPECT_GT(range->to, 0.9);
}

TEST(Search, GoesAroundPointsThatBreakARule) {
  Search search(
      2,
      [](const Point& point) -> Value {
        if (point[0] < point[1]) return std::optional<double>();
        return std::optional(bowl(point));
      },
      1000);
  ASSERT_TRUE(search.minimise());

  EXPECT_GE(search.best()->point[0], search.best()->point[1]);
  EXPECT_LT(search.best()->value, 0.14) << "the least on the border is 0.125";
}

TEST(Search, EndsWhenItHasAskedEnoughAndSaysSo) {
  Search search = search_for(2, bowl, 10);
  ASSERT_TRUE(search.minimise());

  EXPECT_EQ(search.asked(), 10U);
  EXPECT_TRUE(search.is_exhausted());
}

TEST(Search, HandsOnAnError) {
  Search search(
      1, [](const Point&) -> Value { return Error{.message = "died"}; }, 10);

  const Status done = search.minimise();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "died");
}

}  // namespace
}  // namespace chokepoint::controller
