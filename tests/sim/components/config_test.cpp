#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// Versions every five minutes; 60 entries are good, 240 too many for the new readers.
std::string pushed(std::string_view config, std::string_view fault = "rollout: 0s",
                   std::string_view more = "") {
  return fmt::format(R"(
scenario: config-test
horizon: 2h
places: {{r: {{}}}}
components:
  rules:
    config:
      period: 5min
      entries: 60
      readers: {{new: {{share: 40%, limit: 200}}, old: {{share: 60%, limit: 200, past_limit: default_answer}}}}
      {}
  on-new: {{service: {{replicas: 1, at: r}}, needs: [{{component: rules, part: new}}]}}
  on-old: {{service: {{replicas: 1, at: r}}, needs: [{{component: rules, part: old}}]}}
faults:
  change: {{at: 12min, bad_config: {{component: rules, entries: 240, {}}}}}
{}
)",
                     config, fault, more);
}

constexpr std::string_view kAtOnce = "propagation: 0s";

TEST(Config, ReachesReadersWithTheNextVersionAfterTheChange) {
  const auto record = simulate(pushed(kAtOnce));

  EXPECT_DOUBLE_EQ(*event_at(record, "on-new", "down"), 15 * 60);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 105 * 60);
}

TEST(Config, FailsTheShareOfItsReadersThatCrash) {
  const auto record = simulate(pushed(kAtOnce));

  EXPECT_NEAR(*measure(record, "component", "rules", "lowest_level"), 0.6, 1e-9);
}

TEST(Config, AnswersByDefaultWhereReadersAreTold) {
  const auto record = simulate(pushed(kAtOnce));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-old", "downtime"), 0);
  EXPECT_NEAR(*measure(record, "component", "rules", "default_answers"), 0.6 * 105 / 120, 1e-9);
}

TEST(Config, SpreadsEvenlyOverThePropagation) {
  const auto record = simulate(pushed("propagation: 200s"));

  const auto column = std::find_if(record.samples().columns().begin(),
                                   record.samples().columns().end(), [](const v1::Column& each) {
                                     return each.subject() == "on-new" && each.metric() == "level";
                                   });
  ASSERT_NE(column, record.samples().columns().end());
  EXPECT_NEAR(column->values(15), 1 - 60.0 / 200, 0.051);  // a minute after it went out
  EXPECT_NEAR(column->values(16), 1 - 120.0 / 200, 0.051);
}

TEST(Config, DoesNotGoOutWhenValidationRefusesIt) {
  const auto record = simulate(pushed("validated_up_to: 200"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 0);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "rules", "refused_versions"), 22);
}

TEST(Config, GoesOutWhenItIsValid) {
  const auto record = simulate(pushed("validated_up_to: 240"));

  EXPECT_GT(*measure(record, "component", "on-new", "downtime"), 0);
}

TEST(Config, IsStoppedByItsCanary) {
  const auto record = simulate(pushed("canary: {share: 2%, watch: 4min}"));

  EXPECT_NEAR(*measure(record, "component", "on-new", "lowest_level"), 0.98, 1e-9);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 0);
}

TEST(Config, GoesOnFromItsCanaryWhenItFits) {
  const v1::Scenario scenario =
      load(pushed("canary: {share: 2%, watch: 4min}\n      propagation: 0s"),
           {.overrides = {"components.rules.config.readers.old.limit=50000",
                          "components.rules.config.readers.new.limit=240"}});

  const auto record = run(scenario, {});

  EXPECT_TRUE(event_at(record, "rules", "goes out"));
  EXPECT_FALSE(event_at(record, "rules", "taken back"));
  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 0);
}

TEST(Config, IsKeptByReadersThatKeepTheLastOneThatFitted) {
  const v1::Scenario scenario =
      load(pushed(kAtOnce),
           {.overrides = {"components.rules.config.readers.new.past_limit=keep_last_good"}});

  const auto record = run(scenario, {});

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 0);
}

TEST(Config, TakesARestartToServeAgain) {
  const v1::Scenario scenario =
      load(pushed(kAtOnce), {.overrides = {"components.rules.config.readers.new.restart=90s",
                                           "faults.change.duration=10min"}});

  const auto record = run(scenario, {});

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 10 * 60 + 90);
}

TEST(Config, IsWrittenByAReplicaDrawnAtRandomWhileAChangeRollsOut) {
  // Versions at 15, 20, ... 115 min; the share with the change at t is (t - 12) / 108.
  const auto records = simulate_all(pushed(kAtOnce, "rollout: 108min"), 100);

  double down = 0;
  for (const v1::RunRecord& record : records) {
    down += *measure(record, "component", "on-new", "downtime");
  }
  double expected = 0;
  for (int minute = 15; minute < 120; minute += 5) expected += 300.0 * (minute - 12) / 108;
  EXPECT_NEAR(down / 100, expected, 0.05 * expected);
}

TEST(Config, ChangesOnlyWithItsPeriod) {
  const auto record = simulate(pushed(kAtOnce, "rollout: 108min"));

  int changes = 0;
  for (const v1::Interval& interval : record.intervals()) {
    if (interval.subject() != "on-new" || interval.from_s() == 0) continue;
    EXPECT_NEAR(std::remainder(interval.from_s(), 300), 0, 1e-6);
    ++changes;
  }
  EXPECT_GE(changes, 2);
}

constexpr std::string_view kPeople = R"(
operators:
  team:
    watches: {component: on-new, is: down}
    detection: 5min
    runbook: {repair: {takes: 10min, ACTION}}
)";

std::string people(std::string_view action) {
  std::string text(kPeople);
  return text.replace(text.find("ACTION"), 6, action);
}

TEST(Config, IsPublishedByHandAndStaysGood) {
  const auto record =
      simulate(pushed(kAtOnce, "rollout: 0s", people("publish: {component: rules}")));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 15 * 60);
}

TEST(Config, IsNotNeededOnceItIsBypassed) {
  const auto record =
      simulate(pushed(kAtOnce, "rollout: 0s", people("bypass: {component: on-new, need: rules}")));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 15 * 60);
}

TEST(Config, StaysAsItIsWhileItsGeneratorStands) {
  const auto record = simulate(pushed(kAtOnce, "rollout: 0s", "") +
                               "  stall: {at: 1min, control_plane_stall: {component: rules}}\n");

  EXPECT_DOUBLE_EQ(*measure(record, "component", "on-new", "downtime"), 0);
}

}  // namespace
}  // namespace chokepoint::sim
