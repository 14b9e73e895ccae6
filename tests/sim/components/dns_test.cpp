#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// `dns` is what the name has beside its answers.
std::string name(std::string_view answers, std::string_view dns, std::string_view faults,
                 std::string_view operators = "") {
  return fmt::format(R"(
scenario: dns-test
horizon: 2h
places: {{one: {{racks: 4}}, two: {{racks: 4}}}}
components:
  east: {{service: {{replicas: 4, at: one, boot: 0s}}}}
  west: {{service: {{replicas: 4, at: two, boot: 0s}}}}
  name:
    dns:
      answers: {}
      {}
capabilities: {{use: {{needs: [name]}}}}
users: {{all: {{rate: 10/s, uses: {{use: 100%}}}}}}
faults:
  {}
{}
)",
                     answers, dns, faults, operators);
}

constexpr std::string_view kEastFirst = "{east: {}, west: {priority: 2}}";
constexpr std::string_view kEastLost =
    "loss: {at: 10min, duration: 50min, place_loss: {place: one}}";

double of_name(const v1::RunRecord& record, std::string_view which) {
  return *measure(record, "component", "name", which);
}

double arrived(const v1::RunRecord& record, std::string_view component) {
  return *measure(record, "component", component, "arrived");
}

TEST(Dns, SendsRequestsToItsFirstPriorityOnly) {
  const auto record = simulate(name(kEastFirst, "", "none: {at: 1h, place_loss: {place: two}}"));

  EXPECT_GT(arrived(record, "east"), 70000);
  EXPECT_FALSE(measure(record, "component", "west", "arrived").has_value());
  EXPECT_DOUBLE_EQ(*measure(record, "capability", "use", "outage"), 0);
}

TEST(Dns, DividesRequestsByWeight) {
  const auto record = simulate(name("{east: {weight: 3x}, west: {}}", "",
                                    "none: {at: 1h, slowdown: {component: east, to: 90%}}"));

  EXPECT_NEAR(arrived(record, "east") / arrived(record, "west"), 3, 1e-6);
}

TEST(Dns, WithoutFailoverStaysWithAnAnswerThatIsGone) {
  const auto record = simulate(name(kEastFirst, "", kEastLost));

  EXPECT_NEAR(of_name(record, "downtime"), 50 * 60, 1);
  EXPECT_DOUBLE_EQ(of_name(record, "record_changes"), 0);
}

TEST(Dns, FailsOverOnceTheHealthCheckKnowsAndGoesBackAfterwards) {
  const auto record = simulate(
      name(kEastFirst, "ttl: 10s\n      failover: {check: {period: 10s, misses: 3}}", kEastLost));

  EXPECT_GT(of_name(record, "downtime"), 20);
  EXPECT_LT(of_name(record, "downtime"), 40);
  EXPECT_DOUBLE_EQ(of_name(record, "record_changes"), 2);
  EXPECT_GT(arrived(record, "west"), 45 * 60 * 10);
}

TEST(Dns, FailsOverNoMoreWhileItsControlPlaneIsStalled) {
  const auto record = simulate(name(kEastFirst, "failover: {}",
                                    fmt::format("stall: {{at: 1min, control_plane_stall: "
                                                "{{component: name}}}}\n  {}",
                                                kEastLost)));

  EXPECT_NEAR(of_name(record, "downtime"), 50 * 60, 1);
}

TEST(Dns, AnAnswerThatWorksInPartFlaps) {
  const auto record = simulate(name("{east: {}, west: {}}", "failover: {check: {misses: 2}}",
                                    "half: {at: 10min, crash: {component: east, members: 2}}"));

  EXPECT_GT(of_name(record, "record_changes"), 20);
}

TEST(Dns, HoldKeepsTheRecordFromFlapping) {
  const auto record =
      simulate(name("{east: {}, west: {}}", "failover: {check: {misses: 2}, hold: 30min}",
                    "half: {at: 10min, crash: {component: east, members: 2}}"));

  EXPECT_LE(of_name(record, "record_changes"), 4);
}

TEST(Dns, TakesOutNoMoreThanItMay) {
  const std::string_view dns = "ttl: 10s\n      failover: {takes_out: 40%}";
  const auto record =
      simulate(name("{east: {}, west: {}}", dns, "loss: {at: 1h, place_loss: {place: one}}"));

  EXPECT_DOUBLE_EQ(of_name(record, "record_changes"), 0);
  EXPECT_NEAR(of_name(record, "mean_level"), .75, .01);
}

TEST(Dns, PeopleCanPointItElsewhere) {
  const auto record = simulate(name(kEastFirst, "ttl: 10s", kEastLost, R"(
operators:
  team:
    watches: {component: name, is: down}
    detection: 5min
    runbook: {move: {publish: {component: name, to: [west]}}}
)"));

  EXPECT_NEAR(of_name(record, "downtime"), 5 * 60, 15);
}

TEST(Dns, AnEmptyRecordAnswersNobodyAndIsRemembered) {
  const auto record =
      simulate(name(kEastFirst, "ttl: 10s\n      negative_ttl: 20min",
                    "emptied: {at: 10min, duration: 30min, dns_change: {component: name}}"));

  // Down until the first clients forget, up when the last ones have.
  EXPECT_NEAR(of_name(record, "mean_level"), 1 - (30. + 10) / 120, .01);
}

TEST(Dns, ARecordThatPointsToTheWrongPlaceFailsItsClients) {
  const auto record = simulate(
      name(kEastFirst, "ttl: 10s",
           "loss: {at: 0s, place_loss: {place: two}}\n  "
           "wrong: {at: 10min, duration: 30min, dns_change: {component: name, to: [west]}}"));

  EXPECT_NEAR(of_name(record, "downtime"), 30 * 60, 15);
}

// Enactors begin 40 s apart. The delayed one writes 90 s into a period, after another one has
// written that period's plan (at 50 s) and the third has found nothing to do (at 80 s), before the
// clean-up (at 120 s).
std::string race(std::string_view guards, std::string_view delay, std::string_view operators = "") {
  return name(kEastFirst,
              fmt::format("ttl: 10s\n      negative_ttl: 10s\n      automation: {{period: 2min, "
                          "apply: 10s, clean_up: 70s, keeps: 5{}}}",
                          guards),
              fmt::format("slow: {{at: 10min, enactor_delay: {{component: name, by: {}}}}}", delay),
              operators);
}

TEST(DnsAutomation, ADelayedEnactorsOldPlanIsCleanedUpInTheRecord) {
  const auto record = simulate(race("", "21min20s"));

  EXPECT_TRUE(event_at(record, "name", "is cleaned up while it stands").has_value());
  EXPECT_GT(of_name(record, "downtime"), 60 * 60);
}

TEST(DnsAutomation, AShortDelayHarmsNobody) {
  const auto record = simulate(race("", "8min"));

  EXPECT_TRUE(event_at(record, "name", "old plan").has_value());
  EXPECT_DOUBLE_EQ(of_name(record, "downtime"), 0);
}

TEST(DnsAutomation, AnOldPlanIsDroppedWhenItIsCheckedAtTheWrite) {
  const auto record = simulate(race(", checks_at_write: true", "21min20s"));

  EXPECT_TRUE(event_at(record, "name", "is dropped").has_value());
  EXPECT_DOUBLE_EQ(of_name(record, "downtime"), 0);
}

TEST(DnsAutomation, ThePlanInTheRecordCanBeSpared) {
  const auto record = simulate(race(", spares_record: true", "21min20s"));

  EXPECT_DOUBLE_EQ(of_name(record, "downtime"), 0);
}

TEST(DnsAutomation, PeopleRestoreTheRecordAndTheAutomationStopsUntilItIsResumed) {
  const auto record = simulate(race("", "21min20s", R"(
operators:
  team:
    watches: {component: name, is: down}
    detection: 5min
    runbook:
      restore: {publish: {component: name}}
      fix: {after: restore, takes: 10min, revert: {fault: slow}}
      go-on: {after: fix, resume: {component: name}}
)"));

  EXPECT_NEAR(of_name(record, "downtime"), 5 * 60, 15);
  EXPECT_DOUBLE_EQ(of_name(record, "record_changes"), 2);
}

}  // namespace
}  // namespace chokepoint::sim
