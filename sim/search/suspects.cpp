#include "sim/search/suspects.h"

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/base/assert.h"
#include "scenarios/base/sorted.h"
#include "scenarios/loader/validation.h"

namespace chokepoint::sim {
namespace {

constexpr const char* kPlace = "place";
constexpr const char* kComponent = "component";
constexpr const char* kControlPlane = "control plane";
constexpr const char* kFault = "fault";

v1::Suspect suspect(const char* kind, const std::string& name) {
  v1::Suspect made;
  made.set_kind(kind);
  made.set_name(name);
  return made;
}

// Of prefixes with the same places below them the longest.
std::vector<std::string> fault_domains(const v1::Scenario& scenario) {
  std::map<std::string, std::set<std::string>> below;
  for (const std::string& path : sorted_names(scenario.places())) {
    for (std::size_t slash = 0; slash != std::string::npos;) {
      slash = path.find('/', slash + 1);
      below[path.substr(0, slash)].insert(path);
    }
  }
  std::map<std::set<std::string>, std::string> longest;
  for (const auto& [prefix, places] : below) longest[places] = prefix;  // prefixes come first
  std::vector<std::string> domains;
  for (const auto& [places, prefix] : longest) domains.push_back(prefix);
  std::sort(domains.begin(), domains.end());
  return domains;
}

}  // namespace

std::vector<v1::Suspect> suspects_of(const v1::Scenario& scenario) {
  std::vector<v1::Suspect> suspects;
  for (const std::string& name : sorted_names(scenario.faults())) {
    if (scenario.faults().at(name).has_at()) suspects.push_back(suspect(kFault, name));
  }
  for (const std::string& place : fault_domains(scenario)) {
    suspects.push_back(suspect(kPlace, place));
  }
  for (const std::string& name : sorted_names(scenario.components())) {
    const v1::Component& component = scenario.components().at(name);
    if (has_control_plane(component)) suspects.push_back(suspect(kControlPlane, name));
    if (members_of(component).count > 0) suspects.push_back(suspect(kComponent, name));
  }
  return suspects;
}

bool is_part_of(const v1::Suspect& inner, const v1::Suspect& outer) {
  return inner.kind() == kPlace && outer.kind() == kPlace &&
         inner.name().starts_with(outer.name() + "/");
}

v1::Scenario failing(const v1::Scenario& scenario, const std::vector<v1::Suspect>& suspects,
                     double at) {
  v1::Scenario changed = scenario;
  changed.clear_expect();
  // Steps of people may name faults, so those that do not happen stay, after the end.
  for (auto& [name, fault] : *changed.mutable_faults()) {
    if (fault.has_at()) fault.set_at(2 * scenario.horizon());
  }
  for (const v1::Suspect& one : suspects) {
    if (one.kind() == kFault) {
      (*changed.mutable_faults())[one.name()] = scenario.faults().at(one.name());
      continue;
    }
    v1::Fault fault;
    fault.set_at(at);
    if (one.kind() == kPlace) {
      fault.mutable_place_loss()->set_place(one.name());
      fault.mutable_place_loss()->set_share(1);
    } else if (one.kind() == kControlPlane) {
      fault.mutable_control_plane_stall()->set_component(one.name());
    } else {
      CHOKEPOINT_ASSERT(one.kind() == kComponent, "a kind of suspect");
      fault.mutable_crash()->set_component(one.name());
    }
    // Names of a scenario have no spaces.
    (*changed.mutable_faults())[one.kind() + " " + one.name()] = fault;
  }
  return changed;
}

}  // namespace chokepoint::sim
