#include <algorithm>
#include <set>

#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Calls `visit` for the place and for every place on the way to it.
template <class Visit>
void for_each_level(std::string place, Visit visit) {
  while (true) {
    visit(place);
    const std::size_t slash = place.rfind('/');
    if (slash == std::string::npos) return;
    place.resize(slash);
  }
}

std::vector<std::string> steps_of(const v1::Scenario& scenario) {
  std::vector<std::string> steps;
  for (const auto& [team, operators] : scenario.operators()) {
    for (const auto& step : operators.runbook()) steps.push_back(team + "/" + step.first);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

// A single value is shown itself, a list or mapping by the key in front of it.
Position shown_at(const Located& located) {
  const bool single = located.value != nullptr && located.value->kind == Node::Kind::scalar;
  return single ? located.value->at : located.key;
}

}  // namespace

bool contains(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

bool is_within(std::string_view place, std::string_view whole) {
  return place.starts_with(whole) && (place.size() == whole.size() || place[whole.size()] == '/');
}

Validation::Validation(const ReadScenario& read, Rules& rules, Problems& problems)
    : read_(read), rules_(rules), problems_(problems) {
  const v1::Scenario& s = read.scenario;
  for (const auto& [name, place] : s.places()) {
    for_each_level(name, [this, &content = place](const std::string& level) {
      racks_[level] += content.racks();
      if (content.has_cooling()) cooled_.insert(level);
    });
  }
  names_ = {.places = sorted_names(racks_),
            .components = sorted_names(s.components()),
            .capabilities = sorted_names(s.capabilities()),
            .users = sorted_names(s.users()),
            .faults = sorted_names(s.faults()),
            .steps = steps_of(s),
            .teams = sorted_names(s.operators())};
}

void Validation::refuse(const Path& path, std::initializer_list<std::string_view> fields,
                        const Mistake& mistake) const {
  Position at = shown_at(locate(read_.tree, v1::Scenario::descriptor(), path));
  bool shown = false;
  for (const std::string_view name : fields) {
    const Path field = path.field(name);
    if (read_.unread.touches(field)) return;
    const Located located = locate(read_.tree, v1::Scenario::descriptor(), field);
    if (shown || located.value == nullptr) continue;
    at = shown_at(located);
    shown = true;
  }
  problems_.add({at, mistake.message, mistake.hint});
}

void Validation::refuse_key(const Path& path, const Mistake& mistake) const {
  problems_.add(
      {locate(read_.tree, v1::Scenario::descriptor(), path).key, mistake.message, mistake.hint});
}

bool Validation::wants(const Path& path) const {
  return problems_.wants(locate(read_.tree, v1::Scenario::descriptor(), path).key);
}

bool Validation::is_written(const Path& path, std::string_view field) const {
  const Path whole = path.field(field);
  return locate(read_.tree, v1::Scenario::descriptor(), whole).value != nullptr;
}

const v1::Component* Validation::component(const std::string& name) const {
  const auto found = scenario().components().find(name);
  if (found == scenario().components().end()) return nullptr;
  return found->second.kind_case() == v1::Component::KIND_NOT_SET ? nullptr : &found->second;
}

std::uint64_t Validation::racks_in(const std::string& place) const {
  const auto found = racks_.find(place);
  return found == racks_.end() ? 0 : found->second;
}

void for_each_message(const Message& message, const Path& path,
                      const std::function<void(const Message&, const Path&)>& visit) {
  visit(message, path);
  const google::protobuf::Reflection& fields = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  fields.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (message_of(field) == nullptr) continue;
    const Path inside = path.field(field->name());
    if (!field->is_repeated()) {
      for_each_message(fields.GetMessage(message, field), inside, visit);
      continue;
    }
    for (int i = 0; i < fields.FieldSize(message, field); ++i) {
      const Message& item = fields.GetRepeatedMessage(message, field, i);
      if (!field->is_map()) {
        for_each_message(item, inside.item(static_cast<std::size_t>(i)), visit);
        continue;
      }
      std::string scratch;
      const google::protobuf::Reflection& entry = *item.GetReflection();
      const std::string& key =
          entry.GetStringReference(item, field->message_type()->map_key(), &scratch);
      for_each_message(entry.GetMessage(item, field->message_type()->map_value()),
                       inside.field(key), visit);
    }
  }
}

void validate(const ReadScenario& read, Rules& rules, Problems& problems) {
  const Validation validation(read, rules, problems);
  validate_references(validation);
  validate_traffic(validation);
  validate_values(validation);
  validate_conditions(validation);
  validate_places(validation);
  validate_components(validation);
  validate_gates(validation);
  validate_capabilities(validation);
  validate_faults(validation);
  validate_operators(validation);
  validate_expectations(validation);
}

}  // namespace chokepoint
