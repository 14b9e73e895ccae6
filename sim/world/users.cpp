#include "sim/world/users.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "scenarios/base/sorted.h"
#include "sim/world/curve.h"
#include "sim/world/distance.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

traffic::Retry to_retry(const v1::Retry& retry) {
  return {.attempts = retry.attempts(),
          .backoff = retry.backoff(),
          .factor = retry.factor(),
          .backoff_max = retry.backoff_max(),
          .jitter = retry.jitter()};
}

traffic::Call to_call(const v1::Call& spec, traffic::StationId to) {
  traffic::Call call{.to = to,
                     .timeout = spec.timeout(),
                     .per_request = spec.per_request(),
                     .optional = spec.optional()};
  if (spec.has_connect_timeout()) call.connect_timeout = spec.connect_timeout();
  if (spec.has_retry()) call.retry = to_retry(spec.retry());
  if (spec.has_breaker()) {
    call.breaker = traffic::Breaker{.opens_at = spec.breaker().opens_at(),
                                    .window = spec.breaker().window(),
                                    .at_least = spec.breaker().at_least(),
                                    .cool_down = spec.breaker().cool_down()};
  }
  return call;
}

bool needs(const v1::Capability& capability, const std::string& component) {
  return std::any_of(capability.needs().begin(), capability.needs().end(),
                     [&](const v1::Need& need) { return need.component() == component; });
}

// Name of the station for capabilities without a service of their own: always there, never busy.
constexpr const char* kDoor = "";

std::string entry_of(const v1::Scenario& scenario, const v1::Capability& capability) {
  if (!capability.entry().empty()) return capability.entry();
  for (const v1::Need& need : capability.needs()) {
    const v1::Component& component = scenario.components().at(need.component());
    if (component.has_service() || component.has_dns()) return need.component();
  }
  return kDoor;
}

// Components that requests can come to, from where they enter.
std::set<std::string> on_the_way(const v1::Scenario& scenario, const std::string& entry) {
  std::set<std::string> seen;
  std::vector<std::string> open = {entry};
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    if (name == kDoor || !seen.insert(name).second) continue;
    const v1::Component& component = scenario.components().at(name);
    for (const auto& call : component.service().calls()) open.push_back(call.first);
    for (const auto& answer : component.dns().answers()) open.push_back(answer.first);
  }
  return seen;
}

}  // namespace

Users::Users(World& world) : world_(world) {
  engine_ = std::make_unique<traffic::Engine>(build(world.scenario), world.streams);
  for (const Flow& flow : flows_) world.capabilities.at(flow.capability).measure();
  set_rates();
}

traffic::Model Users::build(const v1::Scenario& scenario) {
  traffic::Model model{.stations = {},
                       .flows = {},
                       .tick = scenario.traffic().tick(),
                       .discrete = scenario.traffic().discrete()};
  add_stations(model);
  add_flows(scenario, model);
  add_calls(scenario, model);
  find_off_path(model);
  return model;
}

void Users::add_stations(traffic::Model& model) {
  stations_[kDoor] = 0;
  model.stations.push_back(traffic::instant_station("door"));
  for (const auto& [name, component] : world_.components) {
    stations_[name] = static_cast<traffic::StationId>(model.stations.size());
    model.stations.push_back(component->station());
  }
}

void Users::add_flows(const v1::Scenario& scenario, traffic::Model& model) {
  for (const std::string& name : sorted_names(scenario.users())) {
    const v1::Users& users = scenario.users().at(name);
    std::vector<std::string> capabilities = sorted_names(users.uses());
    const std::string& elsewhere = users.elsewhere().capability();
    if (!elsewhere.empty() && !users.uses().contains(elsewhere)) capabilities.push_back(elsewhere);
    for (const std::string& capability : capabilities) {
      const auto use = users.uses().find(capability);
      const double share = use == users.uses().end() ? 0 : use->second;
      const std::string entry = entry_of(scenario, scenario.capabilities().at(capability));
      traffic::Flow flow{.name = name + "/" + capability,
                         .entry = stations_.at(entry),
                         .patience = users.patience()};
      if (users.has_retry()) flow.retry = to_retry(users.retry());
      model.flows.push_back(flow);
      flows_.push_back({.users = name,
                        .capability = capability,
                        .nominal_rate = users.rate() * share,
                        .entry = entry == kDoor ? nullptr : world_.components.at(entry).get()});
    }
  }
}

// Of the capabilities whose requests come to a service, those that name what it calls as a need are
// the only ones that the call is made for; any other call is made for every request.
void Users::add_calls(const v1::Scenario& scenario, traffic::Model& model) {
  std::map<std::string, std::set<std::string>> coming;  // capabilities, by component
  for (const auto& [name, capability] : scenario.capabilities()) {
    for (const std::string& component : on_the_way(scenario, entry_of(scenario, capability))) {
      coming[component].insert(name);
    }
  }
  for (const auto& [name, component] : world_.components) {
    if (!component->spec().has_service()) continue;
    const auto& calls = component->spec().service().calls();
    for (const std::string& callee : sorted_names(calls)) {
      traffic::Call call = to_call(calls.at(callee), stations_.at(callee));
      for (traffic::FlowId id = 0; id < flows_.size(); ++id) {
        const std::string& capability = flows_[id].capability;
        if (coming[name].contains(capability) &&
            needs(scenario.capabilities().at(capability), callee)) {
          call.only_for.push_back(id);
        }
      }
      const bool is_needed_by_some =
          std::any_of(coming[name].begin(), coming[name].end(), [&](const std::string& capability) {
            return needs(scenario.capabilities().at(capability), callee);
          });
      if (is_needed_by_some && call.only_for.empty()) continue;
      add_call(model, *component, callee, call);
    }
  }
  add_answers(model);
}

void Users::add_call(traffic::Model& model, const Component& from, const std::string& to,
                     const traffic::Call& call) {
  const traffic::StationId station = stations_.at(from.name());
  auto& calls = model.stations[station].calls;
  call_sites_.push_back({.from = &from,
                         .to = world_.components.at(to).get(),
                         .station = station,
                         .number = static_cast<std::uint32_t>(calls.size())});
  calls.push_back(call);
}

// A name passes each request on to one of its answers. It waits as long as anybody who asks it.
void Users::add_answers(traffic::Model& model) {
  double longest = 0;
  for (const traffic::Flow& flow : model.flows) longest = std::max(longest, flow.patience);
  for (const traffic::Station& station : model.stations) {
    for (const traffic::Call& call : station.calls) longest = std::max(longest, call.timeout);
  }
  for (const auto& [name, component] : world_.components) {
    if (!component->spec().has_dns()) continue;
    traffic::Station& station = model.stations[stations_.at(name)];
    station.picks_one = true;
    for (const std::string& answer : sorted_names(component->spec().dns().answers())) {
      add_call(model, *component, answer, {.to = stations_.at(answer), .timeout = longest});
    }
  }
}

void Users::find_off_path(const traffic::Model& model) {
  for (traffic::FlowId id = 0; id < flows_.size(); ++id) {
    std::set<traffic::StationId> path;
    std::vector<traffic::StationId> open = {model.flows[id].entry};
    while (!open.empty()) {
      const traffic::StationId station = open.back();
      open.pop_back();
      if (!path.insert(station).second) continue;
      for (const traffic::Call& call : model.stations[station].calls) {
        const auto& only = call.only_for;
        if (only.empty() || std::find(only.begin(), only.end(), id) != only.end()) {
          open.push_back(call.to);
        }
      }
    }
    for (const v1::Need& need : world_.scenario.capabilities().at(flows_[id].capability).needs()) {
      const bool is_bare = need.gate().empty() && need.part().empty() && !need.has_at_least();
      if (!is_bare || !path.contains(stations_.at(need.component()))) {
        flows_[id].off_path.push_back(&need);
      }
    }
  }
}

void Users::advance() { engine_->advance(world_.now()); }

void Users::push() {
  for (const auto& [name, component] : world_.components) {
    const traffic::StationId station = stations_.at(name);
    const StationState state = component->traffic_state();
    Pushed& pushed = pushed_[name];
    if (!(state == pushed.state)) {
      engine_->set_servers(station, state.servers);
      engine_->set_failing(station, state.fails_with_error, state.fails_silently);
      if (!state.shares.empty()) engine_->set_shares(station, state.shares);
      if (state.service_time) {
        v1::DrawnDuration law;
        law.set_fixed(*state.service_time);
        engine_->set_service_time(station, law);
      }
      pushed.state = state;
    }
    if (component->speed() != pushed.speed) {
      pushed.speed = component->speed();
      engine_->set_speed(station, pushed.speed);
    }
  }
  for (traffic::FlowId id = 0; id < flows_.size(); ++id) {
    const auto& off_path = flows_[id].off_path;
    const bool all_met =
        std::all_of(off_path.begin(), off_path.end(),
                    [this](const v1::Need* need) { return is_met(world_, *need); });
    const double turned_away = all_met ? 0 : 1;
    if (turned_away != flows_[id].turned_away) {
      flows_[id].turned_away = turned_away;
      engine_->set_turned_away(id, turned_away);
    }
  }
  set_ways();
}

// While nobody answers, the ways stay: what is asked meanwhile waits there, as for a new leader.
void Users::set_ways() {
  const bool is_slow = !world_.places.slow_borders().empty();
  const auto changed = [&](std::vector<traffic::Way>& ways, const std::vector<RackId>& from,
                           const std::vector<RackId>& to) {
    if (is_slow && (from.empty() || to.empty())) return false;
    std::vector<traffic::Way> now = ways_between(world_.places, from, to);
    if (now == ways) return false;
    ways = std::move(now);
    return true;
  };
  for (CallSite& site : call_sites_) {
    if (!is_slow && site.ways.empty()) continue;
    if (changed(site.ways, site.from->answers_from(), site.to->answers_from())) {
      engine_->set_ways(site.station, site.number, site.ways);
    }
  }
  for (traffic::FlowId id = 0; id < flows_.size(); ++id) {
    Flow& flow = flows_[id];
    if (flow.entry == nullptr || (!is_slow && flow.ways.empty())) continue;
    if (changed(flow.ways, {kOutside}, flow.entry->answers_from())) {
      engine_->set_entry_ways(id, flow.ways);
    }
  }
}

void Users::note_what_is_down() {
  for (const auto& [name, capability] : world_.capabilities) {
    if (std::string_view(capability.state()) == "down") {
      down_since_.try_emplace(name, world_.now());
    } else {
      down_since_.erase(name);
    }
  }
  for (Flow& flow : flows_) flow.is_elsewhere = goes_elsewhere(flow);
}

bool Users::goes_elsewhere(const Flow& flow) const {
  const v1::Elsewhere& elsewhere = world_.scenario.users().at(flow.users).elsewhere();
  if (elsewhere.share() <= 0 || elsewhere.capability() == flow.capability) return false;
  if (flow.is_elsewhere && elsewhere.for_good()) return true;
  const auto down = down_since_.find(flow.capability);
  return down != down_since_.end() && world_.now() >= down->second + elsewhere.after();
}

void Users::set_rates() {
  std::map<std::string, double> moved;  // nominal rate, by group
  for (const Flow& flow : flows_) {
    if (!flow.is_elsewhere) continue;
    const v1::Elsewhere& elsewhere = world_.scenario.users().at(flow.users).elsewhere();
    moved[flow.users] += flow.nominal_rate * elsewhere.share();
  }
  for (traffic::FlowId id = 0; id < flows_.size(); ++id) {
    const Flow& flow = flows_[id];
    const v1::Users& users = world_.scenario.users().at(flow.users);
    double factor = users.has_demand() ? level_at(users.demand(), world_.now()) : 1;
    for (const auto& [name, surge] : surges_[flow.users]) factor *= surge;
    const double left = flow.is_elsewhere ? 1 - users.elsewhere().share() : 1;
    const bool takes_them =
        users.has_elsewhere() && users.elsewhere().capability() == flow.capability;
    const double rate = flow.nominal_rate * left + (takes_them ? moved[flow.users] : 0);
    engine_->set_rate(id, rate * factor);

    if (!users.has_elsewhere() || !users.elsewhere().capability().empty()) continue;
    Gone& gone = gone_[flow.users];
    gone.total += gone.rate * (world_.now() - gone.since);
    gone.since = world_.now();
    gone.rate = moved[flow.users] * factor;
  }
}

double Users::gone(const std::string& users) const {
  const auto found = gone_.find(users);
  if (found == gone_.end()) return 0;
  return found->second.total + found->second.rate * (world_.now() - found->second.since);
}

void Users::add_surge(const std::string& users, const std::string& name, double factor) {
  advance();
  surges_[users][name] = factor;
  set_rates();
}

void Users::end_surge(const std::string& users, const std::string& name) {
  advance();
  surges_[users].erase(name);
  set_rates();
}

void Users::flush_cache(const std::string& component) {
  advance();
  engine_->flush_cache(stations_.at(component));
}

void Users::sample() {
  for (auto& [name, capability] : world_.capabilities) {
    const Totals total = of_capability(name);
    Totals& last = at_last_sample_[name];
    const double succeeded = total.succeeded - last.succeeded;
    const double failed = total.failed - last.failed;
    world_.recorder.column("capability", name, "requested", total.requests - last.requests);
    world_.recorder.column("capability", name, "succeeded", succeeded);
    world_.recorder.column("capability", name, "failed", failed);
    if (succeeded + failed > 0) {
      capability.set_success(succeeded / (succeeded + failed));
    } else {
      capability.set_success(std::nullopt);
    }
    last = total;
  }
  note_what_is_down();
  set_rates();
}

Users::Totals Users::sum(const std::function<bool(const Flow&)>& counts) const {
  Totals sum;
  for (traffic::FlowId id = 0; id < flows_.size(); ++id) {
    if (!counts(flows_[id])) continue;
    const traffic::FlowTotals& flow = engine_->flow(id);
    sum.requests += flow.requests;
    sum.attempts += flow.attempts;
    sum.succeeded += flow.succeeded;
    sum.failed += flow.failed;
  }
  return sum;
}

Users::Totals Users::of_capability(const std::string& capability) const {
  return sum([&](const Flow& flow) { return flow.capability == capability; });
}

Users::Totals Users::of_users(const std::string& users) const {
  return sum([&](const Flow& flow) { return flow.users == users; });
}

const traffic::StationTotals& Users::of_component(const std::string& component) const {
  return engine_->station(stations_.at(component));
}

}  // namespace chokepoint::sim
