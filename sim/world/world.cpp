#include "sim/world/world.h"

#include <algorithm>
#include <set>
#include <utility>

#include "scenarios/base/assert.h"
#include "scenarios/base/needs.h"
#include "scenarios/base/sorted.h"
#include "sim/components/make.h"

namespace chokepoint::sim {
World::World(const v1::Scenario& the_scenario, const Streams& the_streams)
    : scenario(the_scenario),
      streams(the_streams),
      places(the_scenario),
      kernel(places.zones()),
      agenda(kernel),
      recorder(kernel) {
  for (const std::string& name : sorted_names(scenario.components())) {
    components[name] = make_component(*this, name, scenario.components().at(name));
  }
  order_by_needs();
  for (PlaceId place = 0; place < places.all().size(); ++place) {
    const v1::Place* spec = places[place].spec;
    if (spec == nullptr || !spec->has_cooling()) continue;
    cooling[places[place].path] = std::make_unique<CoolingPlant>(*this, place);
  }
  for (const std::string& name : sorted_names(scenario.capabilities())) {
    capabilities.try_emplace(name, *this, name, scenario.capabilities().at(name));
  }
  for (const auto& entry : scenario.faults()) faults[entry.first];
  for (const auto& [team, spec] : scenario.operators()) {
    for (const auto& entry : spec.runbook()) steps[team + "/" + entry.first];
  }
  users = std::make_unique<Users>(*this);
}

World::~World() = default;

// By name, except that what a component needs stands before it. The loader refuses circles.
void World::order_by_needs() {
  struct Step {
    std::string name;
    std::vector<std::string> to_place;  // of its needs, the last one first
  };
  std::set<std::string> placed;
  std::vector<Step> way;
  const auto enter = [&](const std::string& name) {
    if (placed.contains(name)) return;
    std::vector<std::string> needs = needed_by(scenario.components().at(name));
    std::reverse(needs.begin(), needs.end());
    way.push_back({name, std::move(needs)});
  };
  for (const auto& [first, unused] : components) {
    enter(first);
    while (!way.empty()) {
      Step& step = way.back();
      if (!step.to_place.empty()) {
        const std::string needed = std::move(step.to_place.back());
        step.to_place.pop_back();
        enter(needed);
        continue;
      }
      if (placed.insert(step.name).second) needed_first_.push_back(components.at(step.name).get());
      way.pop_back();
    }
  }
}

bool World::is_absent(const std::string& team) const {
  const auto found = absences.find(team);
  return found != absences.end() && found->second > 0;
}

Component& World::component(const std::string& name) {
  const auto found = components.find(name);
  CHOKEPOINT_ASSERT(found != components.end(), "the loader lets only known components pass");
  return *found->second;
}

void World::settle() {
  if (is_settling_) {
    is_unsettled_ = true;
    return;
  }
  is_settling_ = true;
  users->advance();
  int rounds = 0;
  do {
    is_unsettled_ = false;
    settle_once();
    CHOKEPOINT_ASSERT(++rounds < 1000, "the consequences of a change come to an end");
  } while (is_unsettled_);
  users->push();
  note_states();
  for (const auto& action : settled_) action();
  is_settling_ = false;
  kernel.notify_change();
}

void World::settle_once() {
  for (Component* component : needed_first_) component->refresh();
  for (Component* component : needed_first_) component->note_probes();
  // A gate is watched for what it needs, and others watch the gate: look until nothing changes.
  bool has_changed = true;
  for (int round = 0; has_changed; ++round) {
    CHOKEPOINT_ASSERT(round < 100, "conditions that look at one another come to rest");
    has_changed = false;
    for (const auto& watch : watches_) has_changed |= watch->update();
  }
}

void World::note_states() {
  for (const auto& [name, component] : components) {
    const bool is_new = recorder.state("component", name, component->lane_state(),
                                       component->level() < 1 ? component->cause() : "");
    if (is_new && now() > 0 && component->lane_state() == component->state_name()) {
      recorder.event(v1::EVENT_KIND_COMPONENT, name, component->state_name(),
                     component->level() < 1 ? component->cause() : "");
    }
  }
  for (const auto& [path, plant] : cooling) {
    recorder.state("place", path, plant->is_cool() ? "cool" : "hot", "");
  }
  for (const auto& [name, capability] : capabilities) {
    const std::string cause = capability.cause();
    if (recorder.state("capability", name, capability.state(), cause) && now() > 0) {
      recorder.event(v1::EVENT_KIND_CAPABILITY, name, capability.state(), cause);
    }
  }
}

void World::power_off(RackId rack, const std::string& fault) {
  if (!places.hold_down(rack)) return;
  kernel.set_power(rack, false);
  recorder.inject(v1::PRIMITIVE_HOST_OFF, places.rack_name(rack), fault, 1);
  for (const auto& [name, component] : components) {
    for (const Member& member : component->members()) {
      if (member.rack == rack) component->blame(fault);
    }
  }
}

void World::power_on(RackId rack, const std::string& fault) {
  if (!places.let_go(rack)) return;
  kernel.set_power(rack, true);
  recorder.inject(v1::PRIMITIVE_HOST_ON, places.rack_name(rack), fault, 0);
}

Watch& World::watch(const v1::Condition& condition) {
  watches_.push_back(std::make_unique<Watch>(*this, condition));
  watches_.back()->update();  // actors look at it before the first settle()
  return *watches_.back();
}

void World::wait_for(const Watch& watch) {
  while (!watch.holds()) kernel.wait_change(std::numeric_limits<double>::infinity());
}

}  // namespace chokepoint::sim
