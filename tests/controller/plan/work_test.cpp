#include "controller/plan/work.h"

#include <gmock/gmock.h>

#include "tests/controller/plan/plan_sources.h"

namespace chokepoint::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

void add_event(v1::RunRecord& record, double at, v1::EventKind kind, const std::string& subject,
               const std::string& text) {
  v1::Event& event = *record.add_events();
  event.set_at_s(at);
  event.set_kind(kind);
  event.set_subject(subject);
  event.set_text(text);
}

void add_step(v1::RunRecord& record, const std::string& step, double from, double to,
              const std::string& ended = "done") {
  add_event(record, from, v1::EVENT_KIND_OPERATORS, step, "started");
  add_event(record, to, v1::EVENT_KIND_OPERATORS, step, ended);
}

// The staged shop with a team, and with shutters that a probed capability needs.
v1::Scenario shop_with_people() {
  v1::Scenario scenario = staged_scenario();
  auto& steps = *(*scenario.mutable_operators())["team"].mutable_runbook();
  v1::Rebuild& rebuild = *steps["rebuild"].mutable_rebuild();
  rebuild.set_component("db");
  rebuild.set_members(2);
  rebuild.add_at("zone-a");
  rebuild.add_at("zone-b");
  v1::Reassign& reassign = *steps["reassign"].mutable_reassign();
  reassign.set_component("events");
  reassign.add_at("zone-b");
  reassign.set_share(0.5);
  steps["restart"].mutable_restart()->set_component("nothing-stands-for-it");
  steps["revert"].mutable_revert()->set_fault("f");
  steps["think"];
  v1::Gated& gated = *(*scenario.mutable_components())["shutters"].mutable_gated();
  (*gated.mutable_gates())["half"];
  (*gated.mutable_gates())["whole"].set_after("half");
  v1::Need& need = *(*scenario.mutable_capabilities())["buy"].add_needs();
  need.set_component("shutters");
  need.set_gate("whole");
  return scenario;
}

std::vector<std::string> actions(const v1::RunRecord& record) {
  std::vector<std::string> all;
  for (const v1::PlannedWork& one : work_of(record, shop_with_people(), staged_deployment(), 1)) {
    all.push_back(one.action());
  }
  return all;
}

TEST(Work, IsWhatTheTeamsOfTheRunDidAndWhen) {
  v1::RunRecord record = record_of_an_hour();
  add_step(record, "team/rebuild", 600, 1200);

  const auto work = work_of(record, shop_with_people(), staged_deployment(), 60);

  ASSERT_EQ(work.size(), 1U);
  EXPECT_EQ(work[0].from_s(), 10);
  EXPECT_EQ(work[0].to_s(), 20);
  EXPECT_EQ(work[0].by(), "team/rebuild");
  EXPECT_EQ(work[0].action(), "rebuild: {component: db, members: 2, at: [zone-a, zone-b]}");
}

TEST(Work, WritesNumbersWithTheirUnits) {
  v1::RunRecord record = record_of_an_hour();
  add_step(record, "team/reassign", 60, 120);

  EXPECT_THAT(actions(record),
              ElementsAre("reassign: {component: events, at: [zone-b], share: 50%}"));
}

TEST(Work, LeavesOutWhatWasNotDoneWhatChangesNothingAndWhatTheInjectionsDoThemselves) {
  v1::RunRecord record = record_of_an_hour();
  add_step(record, "team/rebuild", 60, 120, "failed");
  add_step(record, "team/think", 60, 120);
  add_step(record, "team/revert", 60, 120);
  add_event(record, 60, v1::EVENT_KIND_OPERATORS, "team", "noticed");

  EXPECT_THAT(actions(record), IsEmpty());
}

TEST(Work, LeavesOutWhatNothingStandsFor) {
  v1::RunRecord record = record_of_an_hour();
  add_step(record, "team/restart", 60, 120);

  EXPECT_THAT(actions(record), IsEmpty());
}

TEST(Work, SaysWhichCapabilitiesAGateLetsThrough) {
  v1::RunRecord record = record_of_an_hour();
  for (const auto* const is : {"halted", "half", "whole"}) {
    add_event(record, 60, v1::EVENT_KIND_GATE, "shutters", is);
  }

  EXPECT_THAT(actions(record), ElementsAre("gate: {component: shutters, is: halted, lets: []}",
                                           "gate: {component: shutters, is: half, lets: []}",
                                           "gate: {component: shutters, is: whole, lets: [buy]}"));
}

}  // namespace
}  // namespace chokepoint::controller
