#pragma once
// A staging system for tests, and records as the simulator writes them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "scenarios/loader/load_deployment.h"
#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint::controller {

inline constexpr const char* kDeployment = R"(
deployment: staging
blast_radius: {agents: 2}
places:
  zone-a: {agents: [a1, a2], interface: uplink, networks: [10.0.1.0/24]}
  zone-b: {agents: [b1], interface: eth, networks: [10.0.2.0/24]}
  zone-b/rack-9: {agents: [b9], interface: eth}
components:
  db: {members: [{agent: a1, process: db, cgroup: db, cores: 200%}, {agent: b1, process: db}]}
  features: {files: [{agent: a1, file: map, format: nginx-map}]}
  name: {resolvers: [{agent: a2, service: resolver}]}
  events: {control_plane: {agent: b1, process: planner}}
probes: {buy: {tcp: {address: "10.0.1.1:80"}}}
budget: {buy: {outage: 1min}}
)";

// The shop, with a component of each kind that can be bound.
inline v1::Scenario staged_scenario() {
  v1::Scenario scenario = loaded(shop());
  scenario.mutable_components()->operator[]("features").mutable_config();
  scenario.mutable_components()->operator[]("name").mutable_dns();
  scenario.mutable_components()->operator[]("rpc").mutable_pool();
  scenario.mutable_components()->operator[]("events").mutable_log()->mutable_control_plane();
  return scenario;
}

inline v1::Deployment staged_deployment() {
  LoadedDeployment read = load_deployment_text(kDeployment, "staging.yaml", staged_scenario());
  EXPECT_TRUE(read.errors.empty()) << format_errors(read.errors);
  // Providers of a pool come with a whole one only; here the binding is wanted.
  v1::MemberBinding& liar = *(*read.deployment.mutable_components())["rpc"].add_members();
  liar.set_agent("b1");
  liar.set_service("node");
  liar.set_method("eth_getBalance");
  liar.set_result("\"0x0\"");
  return read.deployment;
}

inline v1::RunRecord record_of_an_hour() {
  v1::RunRecord record;
  record.set_scenario("shop");
  record.set_horizon_s(3600);
  record.set_seed(1);
  return record;
}

inline void add(v1::RunRecord& record, double at, v1::Primitive primitive,
                const std::string& target, double value = 1, const std::string& fault = "f",
                const std::string& peer = "") {
  v1::Injection& injection = *record.add_injections();
  injection.set_at_s(at);
  injection.set_primitive(primitive);
  injection.set_target(target);
  injection.set_value(value);
  injection.set_fault(fault);
  injection.set_peer(peer);
}

inline void add_down(v1::RunRecord& record, const std::string& capability, double from, double to) {
  v1::Interval& interval = *record.add_intervals();
  interval.set_scope("capability");
  interval.set_subject(capability);
  interval.set_state("down");
  interval.set_from_s(from);
  interval.set_to_s(to);
  v1::Measure& measure = *record.add_measures();
  measure.set_scope("capability");
  measure.set_subject(capability);
  measure.set_name("outage");
  measure.set_value(to - from);
  measure.set_unit(v1::UNIT_DURATION);
}

}  // namespace chokepoint::controller
