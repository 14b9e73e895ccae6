#include "controller/plan/make_plan.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <map>
#include <set>

#include "controller/plan/bands.h"
#include "controller/plan/reduce.h"
#include "controller/plan/sha256.h"
#include "controller/plan/work.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {
namespace {

double end_of(const v1::PlannedInjection& injection) {
  return injection.at_s() + injection.duration_s();
}

// Most agents that have a fault at the same moment.
std::size_t most_agents_at_once(const v1::GameDayPlan& plan) {
  std::vector<const v1::PlannedInjection*> by_begin;
  for (const v1::PlannedInjection& one : plan.injections()) by_begin.push_back(&one);
  std::vector<const v1::PlannedInjection*> by_end = by_begin;
  std::sort(by_begin.begin(), by_begin.end(),
            [](const auto* a, const auto* b) { return a->at_s() < b->at_s(); });
  std::sort(by_end.begin(), by_end.end(), [](const auto* a, const auto* b) {
    return std::pair(end_of(*a), a->at_s()) < std::pair(end_of(*b), b->at_s());
  });
  std::map<std::string, int> faults;  // by agent that has some
  std::size_t most = 0;
  auto ended = by_end.begin();
  for (const v1::PlannedInjection* one : by_begin) {
    for (; end_of(**ended) <= one->at_s() && (*ended)->at_s() < one->at_s(); ++ended) {
      const auto found = faults.find((*ended)->agent());
      if (--found->second == 0) faults.erase(found);
    }
    ++faults[one->agent()];
    most = std::max(most, faults.size());
  }
  return most;
}

std::size_t agents_named(const v1::Deployment& deployment) {
  std::set<std::string> agents;
  for (const auto& [name, place] : deployment.places()) {
    agents.insert(place.agents().begin(), place.agents().end());
  }
  for (const auto& [name, component] : deployment.components()) {
    for (const auto& member : component.members()) agents.insert(member.agent());
    for (const auto& file : component.files()) agents.insert(file.agent());
    for (const auto& resolver : component.resolvers()) agents.insert(resolver.agent());
    if (component.has_control_plane()) agents.insert(component.control_plane().agent());
  }
  return agents.size();
}

void object_to_blast_radius(const v1::GameDayPlan& plan, std::vector<Error>& found) {
  const std::size_t limit = most_agents(plan.deployment());
  const std::size_t hit = most_agents_at_once(plan);
  if (hit <= limit) return;
  found.push_back(
      {.code = Code::denied,
       .message = fmt::format("{} agents would have faults at the same time, and the blast "
                              "radius of {} allows {}",
                              hit, plan.deployment().deployment(), limit),
       .hint = "choose a smaller fault, or widen 'blast_radius' in the deployment"});
}

void object_to_outages(const v1::GameDayPlan& plan, std::vector<Error>& found) {
  const auto& guarded = plan.deployment().guards().never_down();
  for (const v1::Band& band : plan.bands()) {
    if (band.measure() != "outage") continue;
    const auto budget = plan.deployment().budget().find(band.capability());
    if (budget != plan.deployment().budget().end() && band.high() > budget->second.outage()) {
      found.push_back({.code = Code::denied,
                       .message = fmt::format(
                           "'{}' is predicted to be down for up to {}, and the budget is {}",
                           band.capability(), format_quantity(band.high(), v1::UNIT_DURATION),
                           format_quantity(budget->second.outage(), v1::UNIT_DURATION)),
                       .hint = "mend the design first, or widen 'budget' in the deployment"});
    }
    if (band.high() > 0 &&
        std::find(guarded.begin(), guarded.end(), band.capability()) != guarded.end()) {
      found.push_back(
          {.code = Code::denied,
           .message =
               fmt::format("'{}' must never be down, and is predicted to be for up to {}",
                           band.capability(), format_quantity(band.high(), v1::UNIT_DURATION)),
           .hint = "mend the design first, or take it from 'never_down' in the deployment"});
    }
  }
}

void object_to_overlaps(const v1::GameDayPlan& plan, std::vector<Error>& found) {
  std::map<std::string, double> busy_until;
  std::set<std::string> said;
  for (const v1::PlannedInjection& injection : plan.injections()) {
    const std::string object = object_of(injection);
    double& until = busy_until[object];
    if (injection.at_s() < until && said.insert(object).second) {
      found.push_back(
          {.code = Code::conflict,
           .message = fmt::format("two faults would be on {} at the same time", object),
           .hint = "agents refuse the second one; change the scenario or the deployment"});
    }
    until = std::max(until, end_of(injection));
  }
}

}  // namespace

// The first thing that a fault names of its agent's; a second fault there, of whatever kind, would
// be refused.
std::string object_of(const v1::PlannedInjection& injection) {
  const std::string& fault = injection.fault();
  const std::size_t begin = fault.find('{') + 1;
  return injection.agent() + ", " + fault.substr(begin, fault.find_first_of(",}", begin) - begin);
}

std::size_t most_agents(const v1::Deployment& deployment) {
  const v1::BlastRadius& allowed = deployment.blast_radius();
  const double named = static_cast<double>(agents_named(deployment));
  const auto by_share = static_cast<std::size_t>(allowed.share() * named + 1e-9);
  return std::min<std::size_t>(allowed.agents(), by_share);
}

namespace {

std::string digest_of(const v1::GameDayPlan& plan) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    plan.SerializeToCodedStream(&coded);
  }
  return sha256(bytes);
}

}  // namespace

std::string digest_of_prediction(const v1::GameDayPlan& plan) {
  v1::GameDayPlan whole = plan;
  whole.clear_prediction_sha256();
  whole.clear_made_at();
  whole.clear_expires_at();
  whole.clear_scenario_file();
  whole.clear_deployment_file();
  whole.clear_plan_sha256();
  return digest_of(whole);
}

std::string digest_of_plan(const v1::GameDayPlan& plan) {
  v1::GameDayPlan whole = plan;
  whole.clear_scenario_file();
  whole.clear_deployment_file();
  whole.clear_plan_sha256();
  return digest_of(whole);
}

v1::GameDayPlan make_plan(const PlanSources& sources) {
  const v1::RunRecord& first = sources.predictions.front();
  v1::GameDayPlan plan;
  plan.set_scenario(first.scenario());
  plan.set_variant(first.variant());
  *plan.mutable_overrides() = first.overrides();
  plan.set_digest(first.digest());
  plan.set_scenario_sha256(sha256(sources.scenario_text));
  plan.set_deployment_sha256(sha256(sources.deployment_text));
  *plan.mutable_deployment() = sources.deployment;
  plan.set_pace(sources.pace);
  plan.set_horizon_s(first.horizon_s());
  plan.set_first_seed(first.seed());
  plan.set_seeds(static_cast<std::uint32_t>(sources.predictions.size()));
  for (const v1::Event& event : first.events()) {
    if (event.kind() != v1::EVENT_KIND_FAULT) continue;
    plan.set_first_fault_s(event.at_s());
    break;
  }
  Reduced reduced = reduce(first, sources.scenario, sources.deployment, sources.pace);
  for (v1::PlannedInjection& one : reduced.injections) *plan.add_injections() = std::move(one);
  for (v1::UnboundInjection& one : reduced.unbound) *plan.add_unbound() = std::move(one);
  for (v1::PlannedWork& one : work_of(first, sources.scenario, sources.deployment, sources.pace)) {
    *plan.add_work() = std::move(one);
  }
  for (v1::Band& band : bands_of(sources.predictions)) *plan.add_bands() = std::move(band);
  for (v1::DownWindow& window : down_windows(sources.predictions)) {
    *plan.add_windows() = std::move(window);
  }
  plan.set_agents_hit(static_cast<std::uint32_t>(most_agents_at_once(plan)));
  plan.set_prediction_sha256(digest_of_prediction(plan));
  plan.set_made_at(sources.now);
  plan.set_expires_at(sources.now + kValidFor);
  plan.set_plan_sha256(digest_of_plan(plan));
  return plan;
}

std::vector<Error> objections(const v1::GameDayPlan& plan) {
  std::vector<Error> found;
  if (plan.injections().empty()) {
    found.push_back({.code = Code::invalid_input,
                     .message = "nothing would be injected",
                     .hint = "bind places and components of the scenario in the deployment"});
  }
  object_to_blast_radius(plan, found);
  object_to_outages(plan, found);
  object_to_overlaps(plan, found);
  return found;
}

}  // namespace chokepoint::controller
