#pragma once
// Records of simulated runs and of game days, as small as they can be.

#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "controller/compare/prediction.h"

namespace chokepoint::controller {

inline void add_measure(v1::RunRecord& record, const std::string& capability,
                        const std::string& name, double value, v1::Unit unit = v1::UNIT_DURATION) {
  v1::Measure& measure = *record.add_measures();
  measure.set_scope("capability");
  measure.set_subject(capability);
  measure.set_name(name);
  measure.set_value(value);
  measure.set_unit(unit);
}

// A run of a minute and a half; from 15 s on a fault lasts for 30 s. Nothing is down yet.
inline v1::RunRecord run_of_zone_loss(const std::string& variant = "") {
  v1::RunRecord record;
  record.set_scenario("zone-loss");
  record.set_variant(variant);
  record.set_digest("0123456789abcdef");
  record.set_fingerprint("f");
  record.set_horizon_s(90);
  record.set_outcome(v1::OUTCOME_HELD);
  for (const double at : {15.0, 45.0}) {
    v1::Injection& injection = *record.add_injections();
    injection.set_at_s(at);
    injection.set_primitive(at < 20 ? v1::PRIMITIVE_HOST_OFF : v1::PRIMITIVE_HOST_ON);
    injection.set_target("zone-a/rack-1");
    injection.set_value(at < 20 ? 1 : 0);
    injection.set_fault("zone-a-dark");
  }
  return record;
}

// Down once, from `onset` after the fault on.
inline void set_down(v1::RunRecord& record, const std::string& capability, double onset,
                     double outage) {
  add_measure(record, capability, "outage", outage);
  add_measure(record, capability, "longest_outage", outage);
  if (outage <= 0) return;
  add_measure(record, capability, "onset", onset);
  add_measure(record, capability, "recovery_time", outage);
  v1::Interval& interval = *record.add_intervals();
  interval.set_scope("capability");
  interval.set_subject(capability);
  interval.set_state("down");
  interval.set_from_s(15 + onset);
  interval.set_to_s(15 + onset + outage);
}

// Of "trade" and "view".
inline v1::RunRecord run_with(double trade_outage, double view_outage = 0) {
  v1::RunRecord record = run_of_zone_loss();
  set_down(record, "trade", 0, trade_outage);
  set_down(record, "view", 1, view_outage);
  return record;
}

inline v1::RunRecord as_game_day(v1::RunRecord record, double resolution = 0.5,
                                 const std::string& id = "gd-1") {
  v1::GameDayOrigin& origin = *record.mutable_game_day();
  origin.set_id(id);
  origin.set_deployment("staging");
  origin.set_pace(1);
  origin.set_ended("held");
  (*origin.mutable_resolution_s())["trade"] = resolution;
  (*origin.mutable_resolution_s())["view"] = resolution;
  return record;
}

// Runs in which trade is down from 30 s to 34 s.
inline Prediction predicted_thirty() {
  return prediction_of({run_with(30), run_with(31), run_with(32), run_with(33), run_with(34)});
}

}  // namespace chokepoint::controller
