#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string with_fault(std::string_view faults, std::string_view rate = "100/s") {
  return fmt::format(R"(
scenario: fault-test
horizon: 2h
traffic: {{tick: 1s}}
places: {{r/a: {{racks: 10}}, r/b: {{racks: 10}}}}
components:
  app: {{service: {{replicas: 20, at: [r/a, r/b], boot: 0s, service_time: 100ms, queue_limit: 4}}, health_check: {{}}}}
capabilities:
  use: {{needs: [app]}}
users:
  all: {{rate: {},  uses: {{use: 100%}}, patience: 2s}}
faults:
{}
)",
                     rate, faults);
}

std::size_t count(const v1::RunRecord& record, v1::Primitive primitive) {
  return static_cast<std::size_t>(std::count_if(
      record.injections().begin(), record.injections().end(),
      [&](const v1::Injection& injection) { return injection.primitive() == primitive; }));
}

TEST(Faults, PlaceLossReducesToItsRacksOffAndOn) {
  const auto record =
      simulate(with_fault("  f: {at: 1h, duration: 10min, place_loss: {place: r/a}}"));

  EXPECT_EQ(count(record, v1::PRIMITIVE_HOST_OFF), 10);
  EXPECT_EQ(count(record, v1::PRIMITIVE_HOST_ON), 10);
  EXPECT_NEAR(record.injections(0).at_s(), 3600, 1e-6);
  EXPECT_EQ(record.injections(0).target(), "r/a/rack-0");
  EXPECT_EQ(record.injections(0).fault(), "f");
}

TEST(Faults, PlaceLossHitsTheShareAskedFor) {
  const auto record = simulate(with_fault("  f: {at: 1h, place_loss: {place: r, share: 25%}}"));

  EXPECT_EQ(count(record, v1::PRIMITIVE_HOST_OFF), 5);
}

TEST(Faults, ARackHeldDownByTwoFaultsComesBackWithTheLast) {
  const auto record = simulate(with_fault(R"(
  one: {at: 10min, duration: 30min, place_loss: {place: r/a}}
  two: {at: 20min, duration: 40min, place_loss: {place: r}})"));

  EXPECT_NEAR(*measure(record, "component", "app", "downtime"), 40 * 60, 1e-6);
  EXPECT_EQ(count(record, v1::PRIMITIVE_HOST_OFF), 20);
  EXPECT_NEAR(*event_at(record, "app", "up"), 3600, 1e-6);
}

TEST(Faults, CrashStopsAsManyMembersAsAskedForInItsPlace) {
  const auto record =
      simulate(with_fault("  f: {at: 1h, crash: {component: app, members: 3, place: r/b}}"));

  EXPECT_EQ(count(record, v1::PRIMITIVE_PROCESS_STOP), 3);
  EXPECT_EQ(measure(record, "component", "app", "members_off_peak"), 3);
  EXPECT_EQ(measure(record, "place", "r", "racks_off_peak"), 0);
}

TEST(Faults, SlowdownTakesCapacityWithoutTakingMembers) {
  // 20 replicas of 10/s serve 100/s; at 40 % they serve 80/s, and a fifth of the requests must
  // fail.
  const auto record = simulate(with_fault("  f: {at: 1h, slowdown: {component: app, to: 40%}}"));

  EXPECT_EQ(measure(record, "component", "app", "members_off_peak"), 0);
  EXPECT_NEAR(*measure(record, "capability", "use", "success_ratio"), 0.9, 0.02);
}

TEST(Faults, PartitionCutsAPlaceOffWhileItsRacksStayOn) {
  const auto record = simulate(with_fault("  f: {at: 1h, duration: 10min, partition: {place: r}}"));

  EXPECT_NEAR(*measure(record, "component", "app", "downtime"), 600, 1e-6);
  EXPECT_EQ(measure(record, "component", "app", "members_off_peak"), 0);
}

TEST(Faults, DemandSurgeMultipliesTheRate) {
  const auto record =
      simulate(with_fault("  f: {at: 1h, demand_surge: {users: all, factor: 1.5x}}"));

  EXPECT_NEAR(*measure(record, "users", "all", "requested") / (3600 * 100 * 2.5), 1, 0.01);
}

TEST(Faults, WaitForTheirTriggerAndTheirDelay) {
  const auto record = simulate(with_fault(R"(
  one: {at: 30min, duration: 30min, place_loss: {place: r/a}}
  two: {when: {component: app, is: degraded}, delay: 5min, place_loss: {place: r/b}})"));

  EXPECT_NEAR(*event_at(record, "two", "injected"), 35 * 60, 1e-6);
  EXPECT_NEAR(*measure(record, "component", "app", "downtime"), 25 * 60, 1e-6);
}

TEST(Faults, UnnoticedReplicasSwallowTheirShareUntilTheHealthCheckTakesThemOut) {
  const auto record = simulate(with_fault("  f: {at: 1h, place_loss: {place: r/a}}", "50/s"));

  // Half of the requests for 20 to 32 s, out of two hours.
  const double failed = *measure(record, "capability", "use", "failed");
  EXPECT_GT(failed, 0.5 * 50 * 20);
  EXPECT_LT(failed, 0.5 * 50 * 33);
}

}  // namespace
}  // namespace chokepoint::sim
