#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// Down from minute 10 to 20 and from minute 40 to 45.
std::string twice_down(std::string_view expect) {
  return fmt::format(R"(
scenario: expectation-test
horizon: 1h
places: {{a: {{}}}}
components: {{app: {{service: {{replicas: 1, at: a, boot: 0s}}}}}}
capabilities: {{use: {{needs: [app]}}}}
faults:
  one: {{at: 10min, duration: 10min, crash: {{component: app}}}}
  two: {{at: 40min, duration: 5min, crash: {{component: app}}}}
expect:
  it: {{{}, basis: predicted}}
)",
                     expect);
}

bool held(std::string_view expect) { return verdict(simulate(twice_down(expect)), "it").held(); }

TEST(Expectation, TimingCountsFromTheFirstMomentToTheNextOne) {
  EXPECT_TRUE(
      held("timing: {after: {capability: use, is: down}, event: {capability: use, is: up}, value: "
           "10min}"));
}
TEST(Expectation, TimingDeviatesOutsideItsTolerance) {
  EXPECT_FALSE(
      held("timing: {after: {fault: one, is: reverted}, event: {fault: two, is: injected}, value: "
           "22min, tolerance: 1min}"));
}
TEST(Expectation, TimingThatNeverCameDeviates) {
  EXPECT_FALSE(
      held("timing: {after: {fault: two, is: injected}, event: {capability: use, is: degraded}, "
           "at_most: 1h}"));
}
TEST(Expectation, TimingOfAStateThatHoldsAlreadyIsZero) {
  EXPECT_TRUE(held(
      "timing: {after: {fault: one, is: reverted}, event: {capability: use, is: up}, value: 0s}"));
}
TEST(Expectation, LastingMomentsCountFromTheirBeginning) {
  EXPECT_TRUE(
      held("timing: {after: {capability: use, is: down}, event: {capability: use, is: up, lasting: "
           "18min}, value: 10min}"));
}
TEST(Expectation, NeverHoldsWhenTheStateIsTooShort) {
  EXPECT_TRUE(held("never: {capability: use, is: down, lasting: 11min}"));
}
TEST(Expectation, NeverDeviatesWhenItHappens) {
  EXPECT_FALSE(held("never: {capability: use, is: down, lasting: 9min}"));
}
TEST(Expectation, MeasureIsHeldAgainstBothBounds) {
  EXPECT_TRUE(held("measure: {name: outage, capability: use, at_least: 14min, at_most: 16min}"));
}
TEST(Expectation, MeasureAboveItsBoundDeviates) {
  EXPECT_FALSE(held("measure: {name: outages, capability: use, at_most: 1}"));
}
TEST(Expectation, OrderHoldsForMomentsInOrder) {
  EXPECT_TRUE(
      held("order: [{fault: one, is: injected}, {capability: use, is: up}, {fault: two, is: "
           "injected}]"));
}
TEST(Expectation, OrderDeviatesForMomentsOutOfOrder) {
  EXPECT_FALSE(
      held("order: [{fault: one, is: injected}, {fault: two, is: injected}, {fault: one, is: "
           "reverted}]"));
}

TEST(Expectation, AllMustHoldForTheRunToHold) {
  const auto record = simulate(twice_down("never: {capability: use, is: down}"));
  EXPECT_EQ(record.outcome(), v1::OUTCOME_DEVIATED);
}

}  // namespace
}  // namespace chokepoint::sim
