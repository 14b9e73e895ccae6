#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string with_standby(std::string_view standby, std::string_view more = "") {
  return fmt::format(R"(
scenario: standby-test
horizon: 1h
places: {{r/a: {{}}, r/b: {{}}}}
components:
  engine:
    service: {{replicas: 2, at: r/a}}
    health_check: {{period: 10s, misses: 3, timeout: 2s}}
    standby: {{at: r/b, promotion: 1min, {}}}
faults:
  loss: {{at: 10min, place_loss: {{place: r/a}}}}
{}
)",
                     standby, more);
}

constexpr std::string_view kPeople = R"(
operators:
  team:
    watches: {component: engine, is: down}
    detection: 2min
    runbook: {promote: {takes: 3min, promote: {component: engine}}}
)";

TEST(Standby, TakesOverWithoutPeopleOnceTheHealthCheckHasNoticed) {
  const auto record = simulate(with_standby("automatic: true"));

  // Third missed probe: 20 to 30 s after the loss, then the timeout, then the promotion.
  const double downtime = *measure(record, "component", "engine", "downtime");
  EXPECT_GE(downtime, 20 + 2 + 60);
  EXPECT_LE(downtime, 30 + 2 + 60);
}

TEST(Standby, WaitsForPeopleWhenItIsNotAutomatic) {
  const auto record = simulate(with_standby("automatic: false", kPeople));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), (2 + 3 + 1) * 60, 1e-6);
}

TEST(Standby, CannotBePromotedWhenItIsNotReady) {
  const auto record = simulate(with_standby("ready: false", kPeople));

  EXPECT_TRUE(event_at(record, "team/promote", "failed"));
  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 50 * 60, 1e-6);
}

TEST(Standby, DoesNotHelpWhenItSharesTheFate) {
  std::string text = with_standby("automatic: true");
  text.replace(text.find("place: r/a}"), 11, "place: r}");

  const auto record = simulate(text);

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 50 * 60, 1e-6);
}

TEST(Standby, WaitsWhileTheControlPlaneIsStalled) {
  const auto record = simulate(with_standby(
      "automatic: true", "  stall: {at: 5min, control_plane_stall: {component: engine}}"));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 50 * 60, 1e-6);
}

TEST(Standby, IsPromotedWhenItsComponentIsOnlyCutOff) {
  std::string text = with_standby("automatic: true");
  text.replace(text.find("place_loss"), 10, "partition");

  const auto record = simulate(text);

  EXPECT_LE(*measure(record, "component", "engine", "downtime"), 30 + 2 + 60);
  EXPECT_EQ(measure(record, "component", "engine", "split_brain"), 0);
}

TEST(Standby, SplitsFromMembersThatAreOnlyCutOffWhenNothingFencesThem) {
  std::string text = with_standby("automatic: true, fenced: false");
  text.replace(text.find("place_loss"), 10, "partition");

  const auto record = simulate(text);

  const double outage = *measure(record, "component", "engine", "downtime");
  EXPECT_NEAR(*measure(record, "component", "engine", "split_brain"), 50 * 60 - outage, 1e-6);
}

TEST(Standby, DoesNotSplitFromMembersThatAreOff) {
  const auto record = simulate(with_standby("automatic: true, fenced: false"));

  EXPECT_EQ(measure(record, "component", "engine", "split_brain"), 0);
}

TEST(Standby, LosesWhatItsCopyIsBehind) {
  const auto record = simulate(with_standby("automatic: true, behind: 5s"));

  EXPECT_EQ(measure(record, "component", "engine", "data_lost"), 5);
}

TEST(Standby, LosesNothingWhenItIsNotPromoted) {
  const auto record = simulate(with_standby("automatic: false, behind: 5s"));

  EXPECT_EQ(measure(record, "component", "engine", "data_lost"), 0);
}

TEST(Standby, CannotBePromotedWhileAFaultHoldsItDown) {
  const auto record = simulate(
      with_standby("automatic: false",
                   std::string("  damaged: {at: 5min, standby_not_ready: {component: engine}}") +
                       std::string(kPeople)));

  EXPECT_TRUE(event_at(record, "team/promote", "failed"));
  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 50 * 60, 1e-6);
}

TEST(Standby, CanBePromotedOnceTheFaultThatHeldItDownIsReverted) {
  const auto record = simulate(with_standby(
      "automatic: false",
      std::string("  damaged: {at: 5min, duration: 6min, standby_not_ready: {component: engine}}") +
          std::string(kPeople)));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), (2 + 3 + 1) * 60, 1e-6);
}

TEST(Standby, HandsBackToTheMembersOnceTheyAreBack) {
  std::string text = with_standby("automatic: true", R"(
operators:
  team:
    watches: {component: engine, is: promoted}
    runbook:
      back: {when: {place: r/a, is: up, lasting: 5min}, takes: 10min, fail_back: {component: engine}}
)");
  text.replace(text.find("at: 10min, place_loss"), 10, "at: 10min, duration: 20min,");

  const auto record = simulate(text);

  EXPECT_NEAR(*event_at(record, "engine", "own members serve again"), 45 * 60, 1e-6);
  EXPECT_LE(*measure(record, "component", "engine", "downtime"), 30 + 2 + 60);
}

}  // namespace
}  // namespace chokepoint::sim
