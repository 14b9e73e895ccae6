#include <fmt/format.h>

#include <algorithm>

#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

using GateMap = google::protobuf::Map<std::string, v1::Gate>;

// Gates form one line: one begins it, and after each comes at most one.
void check_line(const Validation& v, const GateMap& gates, const Path& path) {
  std::map<std::string, std::string> follower;  // "" for the first gate
  Waits waits;
  for (const std::string& name : sorted_names(gates)) {
    const std::string& before = gates.at(name).after();
    const Path gate = path.field(name);
    if (v.unread().touches(gate)) return;
    if (!before.empty() && !gates.contains(before)) return;  // reported as unknown
    if (!before.empty()) waits[name].push_back(before);
    const auto [first, is_new] = follower.emplace(before, name);
    if (is_new) continue;
    v.refuse(gate, {"after"},
             {before.empty()
                  ? fmt::format("both '{}' and '{}' come first", first->second, name)
                  : fmt::format("both '{}' and '{}' come after '{}'", first->second, name, before),
              "gates form one line: each but the first says which one it comes after"});
    return;
  }
  const std::vector<std::string> circle = circle_in(waits);
  if (circle.empty()) return;
  const Path gate = path.field(circle.front());
  v.refuse(gate, {"after"},
           {fmt::format("gates wait for each other in a circle: {}", drawn(circle)),
            "the first gate comes after nothing"});
}

// A gate that waits for its own component would wait for itself, or for what comes after it.
void check_conditions(const Validation& v, const std::string& owner, const v1::Gate& gate,
                      const Path& path) {
  const auto about_owner = [&](const v1::Condition& condition) {
    return condition.component() == owner;
  };
  const auto check = [&](const auto& conditions, const char* field) {
    const Path list = path.field(field);
    for (int i = 0; i < conditions.size(); ++i) {
      if (!mentions(conditions[i], about_owner)) continue;
      v.refuse(list.item(static_cast<std::size_t>(i)), {"component"},
               {fmt::format("a gate of '{}' cannot wait for '{}' itself", owner, owner),
                "the gate before it is waited for by 'after'"});
    }
  };
  check(gate.needs(), "needs");
  check(gate.opens_when(), "opens_when");
}

// Gates by component/gate, with all that each waits for: the gate before it, and the gates of other
// components that its conditions look at, directly or through a capability.
class GateWaits {
 public:
  explicit GateWaits(const Validation& v) : v_(v) {}

  const Waits& collect() {
    for (const auto& [name, component] : v_.scenario().components()) {
      for (const auto& [gate_name, gate] : component.gated().gates()) {
        std::vector<std::string>& waits = waits_[name + "/" + gate_name];
        if (!gate.after().empty()) waits.push_back(name + "/" + gate.after());
        for (const v1::Condition& condition : gate.needs()) add(condition, name, waits);
        for (const v1::Condition& condition : gate.opens_when()) add(condition, name, waits);
        std::sort(waits.begin(), waits.end());
      }
    }
    return waits_;
  }

 private:
  void add(const v1::Condition& condition, const std::string& owner,
           std::vector<std::string>& waits) {
    mentions(condition, [&](const v1::Condition& each) {
      if (each.component() != owner) add_component(each.component(), each.gate(), waits);
      const auto capability = v_.scenario().capabilities().find(each.capability());
      if (capability == v_.scenario().capabilities().end()) return false;
      for (const v1::Need& need : capability->second.needs()) {
        add_component(need.component(), need.gate(), waits);
      }
      return false;  // look at all of them
    });
  }

  // How much of a gated component works follows from all of its gates.
  void add_component(const std::string& name, const std::string& gate,
                     std::vector<std::string>& waits) const {
    const v1::Component* component = v_.component(name);
    if (component == nullptr || !component->has_gated()) return;
    if (!gate.empty()) {
      waits.push_back(name + "/" + gate);
      return;
    }
    for (const auto& entry : component->gated().gates()) {
      waits.push_back(name + "/" + entry.first);
    }
  }

  const Validation& v_;
  Waits waits_;
};

void check_circles_of_gates(const Validation& v) {
  const std::vector<std::string> circle = circle_in(GateWaits(v).collect());
  if (circle.empty()) return;
  const std::string& gate = circle.front();
  const std::size_t slash = gate.find('/');
  const std::string owner = gate.substr(0, slash);
  const std::string name = gate.substr(slash + 1);
  // A circle within one component has been reported.
  if (std::all_of(circle.begin(), circle.end(),
                  [&](const std::string& each) { return each.starts_with(owner + "/"); })) {
    return;
  }
  const Path components = v.root().field("components");
  const Path component = components.field(owner);
  const Path gated = component.field("gated");
  const Path gates = gated.field("gates");
  v.refuse_key(gates.field(name),
               {fmt::format("gates wait for each other in a circle: {}", drawn(circle)),
                "one of them must open without the others"});
}

}  // namespace

void validate_gates(const Validation& v) {
  const Path components = v.root().field("components");
  for (const auto& [name, component] : v.scenario().components()) {
    if (!component.has_gated()) continue;
    const Path owner = components.field(name);
    const Path gated = owner.field("gated");
    const Path gates = gated.field("gates");
    check_line(v, component.gated().gates(), gates);
    for (const auto& [gate_name, gate] : component.gated().gates()) {
      check_conditions(v, name, gate, gates.field(gate_name));
    }
  }
  check_circles_of_gates(v);
}

}  // namespace chokepoint
