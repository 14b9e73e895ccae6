#pragma once
// A plan with two faults, on two agents, and what agents say.

#include <string>

#include "chokepoint/v1/agent_link.pb.h"
#include "chokepoint/v1/game_day.pb.h"

namespace chokepoint::controller {

inline void add_fault(v1::GameDayPlan& plan, const std::string& id, const std::string& agent,
                      double at_s, double duration_s) {
  v1::PlannedInjection& one = *plan.add_injections();
  one.set_id(id);
  one.set_agent(agent);
  one.set_at_s(at_s);
  one.set_duration_s(duration_s);
  one.set_fault("duration: 60s\nprocess_pause: {process: 'db'}\n");
  one.set_cause("pause");
  one.set_target("db/" + id);
  one.set_primitive(v1::PRIMITIVE_PROCESS_PAUSE);
}

// Faults at 1 s and 2 s, for 3 s each; "trade" is down from 1 s to 5 s in every predicting run,
// which is all of a scenario of 10 s.
inline v1::GameDayPlan two_faults(double pace = 1) {
  v1::GameDayPlan plan;
  plan.set_scenario("two-faults");
  plan.set_pace(pace);
  plan.set_horizon_s(10 * pace);
  plan.set_seeds(1);
  add_fault(plan, "001", "a1", 1, 3);
  add_fault(plan, "002", "b1", 2, 3);
  v1::DownWindow& window = *plan.add_windows();
  window.set_capability("trade");
  window.set_from_s(1 * pace);
  window.set_to_s(5 * pace);
  window.set_share(1);
  v1::Deployment& deployment = *plan.mutable_deployment();
  deployment.set_deployment("staging");
  deployment.mutable_blast_radius()->set_agents(2);
  deployment.mutable_blast_radius()->set_share(1);
  v1::PlaceBinding& place = (*deployment.mutable_places())["zone"];
  place.add_agents("a1");
  place.add_agents("b1");
  v1::Probe& probe = (*deployment.mutable_probes())["trade"];
  probe.set_every(0.5);
  probe.set_timeout(1);
  probe.set_failures(2);
  v1::Guards& guards = *deployment.mutable_guards();
  guards.set_outside_band(2);
  guards.set_agent_lost(5);
  guards.set_revert_within(2);
  return plan;
}

inline v1::OrderOutcome outcome(const v1::ToAgent& order, v1::OutcomeCode code, v1::Sight seen) {
  v1::OrderOutcome outcome;
  outcome.set_order(order.order());
  outcome.set_id(order.has_inject() ? order.inject().id() : order.revert().id());
  outcome.set_code(code);
  outcome.set_seen(seen);
  outcome.set_took(0.01);
  return outcome;
}

inline v1::OrderOutcome injected(const v1::ToAgent& order) {
  return outcome(order, v1::OUTCOME_CODE_DONE, v1::SIGHT_INJECTED);
}
inline v1::OrderOutcome reverted(const v1::ToAgent& order) {
  return outcome(order, v1::OUTCOME_CODE_DONE, v1::SIGHT_BASELINE);
}

}  // namespace chokepoint::controller
