#include "controller/run/guards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;

TEST(Guards, LetAGameDayGoOnWhileAllIsAsPredicted) {
  const Sighting seen{
      .at_s = 4.9, .down_since_s = {{"trade", 1.0}}, .silent_s = {{"a1", 1}}, .agents_hit = 2};

  EXPECT_FALSE(tripped(two_faults(), seen));
}

TEST(Guards, CountOnlyTheTimeThatNoRunExplains) {
  const v1::GameDayPlan plan = two_faults();  // down from 1 s to 5 s; 2 s more are allowed

  EXPECT_FALSE(tripped(plan, {.at_s = 7.0, .down_since_s = {{"trade", 1.0}}}));
  EXPECT_THAT(tripped(plan, {.at_s = 7.1, .down_since_s = {{"trade", 1.0}}}).value_or(""),
              HasSubstr("'trade' is down for 2.1s in which no predicting run had it down"));
  EXPECT_TRUE(tripped(plan, {.at_s = 4.0, .down_since_s = {{"trade", -1.5}}}))
      << "two and a half seconds before the window";
}

TEST(Guards, SpeakOfTheGameDaysSecondsWhateverThePace) {
  const v1::GameDayPlan plan = two_faults(60);

  EXPECT_FALSE(tripped(plan, {.at_s = 7.0, .down_since_s = {{"trade", 1.0}}}));
  EXPECT_TRUE(tripped(plan, {.at_s = 7.1, .down_since_s = {{"trade", 1.0}}}));
  EXPECT_EQ(predicted_down(plan, "trade", 4.9), 1);
  EXPECT_EQ(predicted_down(plan, "trade", 5.1), 0);
}

TEST(Guards, TripAtOnceForWhatMustNeverBeDown) {
  v1::GameDayPlan plan = two_faults();
  plan.mutable_deployment()->mutable_guards()->add_never_down("trade");

  EXPECT_THAT(tripped(plan, {.at_s = 3, .down_since_s = {{"trade", 3.0}}}).value_or(""),
              HasSubstr("must never be"));
}

TEST(Guards, TripForAnAgentThatNobodyHearsOf) {
  EXPECT_FALSE(tripped(two_faults(), {.at_s = 3, .silent_s = {{"a1", 4.9}}}));
  EXPECT_THAT(tripped(two_faults(), {.at_s = 3, .silent_s = {{"a1", 5.1}}}).value_or(""),
              HasSubstr("agent a1"));
}

TEST(Guards, TripForMoreAgentsThanTheBlastRadiusAllows) {
  EXPECT_THAT(tripped(two_faults(), {.at_s = 3, .agents_hit = 3}).value_or(""),
              HasSubstr("3 agents have faults, and the blast radius allows 2"));
}

}  // namespace
}  // namespace chokepoint::controller
