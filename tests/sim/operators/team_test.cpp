#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string with_runbook(std::string_view team) {
  return fmt::format(R"(
scenario: team-test
horizon: 6h
places: {{r/a: {{}}, r/b: {{}}}}
components:
  app: {{service: {{replicas: 2, at: r/a, boot: 0s}}}}
faults:
  loss: {{at: 10min, place_loss: {{place: r/a}}}}
operators:
  team:
    watches: {{component: app, is: down}}
    detection: 5min
{}
)",
                     team);
}

TEST(Operators, DoNothingBeforeTheyHaveNoticed) {
  const auto record = simulate(with_runbook("    runbook: {look: {}}"));

  EXPECT_NEAR(*event_at(record, "team", "noticed"), 15 * 60, 1e-6);
  EXPECT_NEAR(*event_at(record, "team/look", "started"), 15 * 60, 1e-6);
}

TEST(Operators, WorkStepsInTheirOrder) {
  const auto record =
      simulate(with_runbook("    runbook: {one: {takes: 10min}, two: {after: one, takes: 5min}, "
                            "three: {after: [one, two]}}"));

  EXPECT_NEAR(*event_at(record, "team/two", "started"), 25 * 60, 1e-6);
  EXPECT_NEAR(*event_at(record, "team/three", "done"), 30 * 60, 1e-6);
}

TEST(Operators, WorkInParallelOnlyAsFarAsThereArePeople) {
  const auto record =
      simulate(with_runbook("    people: 1\n    runbook: {one: {takes: 10min}, two: {takes: "
                            "10min}, three: {takes: 10min}}"));

  EXPECT_NEAR(*event_at(record, "team/two", "done"), 45 * 60, 1e-6);
}

TEST(Operators, WaitForAConditionBeforeAStep) {
  const auto record =
      simulate(with_runbook("    runbook: {go: {when: {component: app, is: down, lasting: 1h}}}"));

  EXPECT_NEAR(*event_at(record, "team/go", "started"), 70 * 60, 1e-6);
}

TEST(Operators, TakeAFaultBack) {
  const auto record =
      simulate(with_runbook("    runbook: {repair: {takes: 30min, revert: {fault: loss}}}"));

  EXPECT_NEAR(*measure(record, "component", "app", "downtime"), 35 * 60, 1e-6);
}

TEST(Operators, AddReplicasElsewhere) {
  const auto record = simulate(with_runbook(
      "    runbook: {scale: {takes: 10min, scale: {component: app, add: 2, at: r/b}}}"));

  EXPECT_NEAR(*measure(record, "component", "app", "downtime"), 15 * 60, 1e-6);
}

TEST(Operators, NoticeNothingWhileTheyAreNotThere) {
  const auto record = simulate(R"(
scenario: absent
horizon: 6h
places: {r/a: {}}
components:
  app: {service: {replicas: 1, at: r/a, boot: 0s}}
faults:
  holiday: {at: 0s, duration: 2h, people_absent: {operators: team}}
  loss: {at: 10min, crash: {component: app}}
operators:
  team:
    watches: {component: app, is: down}
    detection: 5min
    runbook: {look: {takes: 1min}}
)");

  EXPECT_NEAR(*event_at(record, "team", "noticed"), 2 * 3600, 1e-6);
}

TEST(Operators, FinishWhatTheyWorkOnAndBeginNothingNewWhenTheyLeave) {
  const auto record = simulate(R"(
scenario: absent
horizon: 6h
places: {r/a: {}}
components:
  app: {service: {replicas: 1, at: r/a, boot: 0s}}
faults:
  loss: {at: 10min, crash: {component: app}}
  night: {at: 20min, duration: 2h, people_absent: {operators: team}}
operators:
  team:
    watches: {component: app, is: down}
    detection: 5min
    runbook: {one: {takes: 10min}, two: {after: one}}
)");

  EXPECT_NEAR(*event_at(record, "team/one", "done"), 25 * 60, 1e-6);
  EXPECT_NEAR(*event_at(record, "team/two", "started"), 140 * 60, 1e-6);
  EXPECT_EQ(record.injections(1).primitive(), v1::PRIMITIVE_PEOPLE_ABSENT);
}

TEST(Operators, StartAgainWhenTheSameTroubleComesBack) {
  const auto record = simulate(R"(
scenario: twice
horizon: 6h
places: {r/a: {}}
components:
  app: {service: {replicas: 1, at: r/a, boot: 0s}}
faults:
  first: {at: 10min, crash: {component: app}, duration: 1h}
  second: {at: 3h, crash: {component: app}, duration: 1h}
operators:
  team:
    watches: {component: app, is: down}
    detection: 5min
    runbook: {look: {takes: 1min}}
)");

  std::size_t rounds = 0;
  for (const auto& event : record.events()) rounds += event.text() == "noticed" ? 1 : 0;
  EXPECT_EQ(rounds, 2);
}

}  // namespace
}  // namespace chokepoint::sim
