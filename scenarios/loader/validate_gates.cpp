#include <fmt/format.h>

#include <algorithm>

#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

using GateMap = google::protobuf::Map<std::string, v1::Gate>;

std::vector<std::string> sorted_names(const GateMap& gates) {
  std::vector<std::string> names;
  for (const auto& entry : gates) names.push_back(entry.first);
  std::sort(names.begin(), names.end());
  return names;
}

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
}

}  // namespace chokepoint
