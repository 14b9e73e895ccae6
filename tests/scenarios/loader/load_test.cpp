#include "scenarios/loader/load.h"

#include <gtest/gtest.h>

namespace chokepoint {
namespace {

TEST(LoadScenario, TakesTheStarter) {
  const LoadResult loaded = load_scenario(CHOKEPOINT_SOURCE_DIR "/scenarios/library/starter.yaml");

  EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
  EXPECT_EQ(loaded.scenario.components().at("orders").quorum().members(), 5U);
}

TEST(LoadScenario, LaysTheVariantOverTheBase) {
  const LoadResult loaded = load_scenario(CHOKEPOINT_SOURCE_DIR "/scenarios/library/starter.yaml",
                                          {.variant = "three-zones"});

  EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
  EXPECT_EQ(loaded.scenario.components().at("orders").quorum().at_size(), 3);
  EXPECT_FALSE(loaded.scenario.expect().contains("ordering-stops"));
}

TEST(LoadScenario, ChangesWhatAnOverrideNames) {
  const LoadResult loaded = load_scenario(CHOKEPOINT_SOURCE_DIR "/scenarios/library/starter.yaml",
                                          {.overrides = {"faults.power-cut.at=3min"}});

  EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
  EXPECT_EQ(loaded.scenario.faults().at("power-cut").at(), 180);
}

}  // namespace
}  // namespace chokepoint
