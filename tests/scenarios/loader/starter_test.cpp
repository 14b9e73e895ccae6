#include "scenarios/loader/starter.h"

#include <gtest/gtest.h>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

TEST(Starter, LoadsInEveryVariant) {
  const std::string text(starter_scenario());
  const LoadResult base = load_scenario_text(text, "starter.yaml");

  ASSERT_TRUE(base.errors.empty()) << format_errors(base.errors);
  EXPECT_FALSE(base.variants.empty());
  for (const std::string& variant : base.variants) loaded(text, {.variant = variant});
}

TEST(Starter, ShowsOneOfEverythingThatANewcomerNeeds) {
  const v1::Scenario scenario = loaded(std::string(starter_scenario()));

  EXPECT_GE(scenario.places_size(), 2);
  EXPECT_GE(scenario.components_size(), 2);
  EXPECT_FALSE(scenario.capabilities().empty());
  EXPECT_FALSE(scenario.users().empty());
  EXPECT_FALSE(scenario.faults().empty());
  EXPECT_FALSE(scenario.operators().empty());
  EXPECT_FALSE(scenario.expect().empty());
}

}  // namespace
}  // namespace chokepoint
