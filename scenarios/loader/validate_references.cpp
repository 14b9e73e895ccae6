#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "scenarios/base/assert.h"
#include "scenarios/base/nearest.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Which names a field refers to, and how to speak of them.
struct Known {
  const std::vector<std::string>& names;
  std::string_view kind;  // "place"
  std::string_view map;   // the field of the scenario that holds them
};

bool refers_to_siblings(const google::protobuf::Descriptor* type) {
  for (int i = 0; type != nullptr && i < type->field_count(); ++i) {
    if (rule_of(type->field(i)).refers_to() == v1::REFERENT_SIBLING) return true;
  }
  return false;
}

// The names of the map that holds an entry, and what the map is called.
struct Siblings {
  std::vector<std::string> names = {};
  std::string map = {};
};

// Walks all messages with the names that stand beside each.
class References {
 public:
  explicit References(const Validation& validation) : v_(validation) {}

  void check(const Message& message, const Path& path, const Siblings& siblings) {
    std::vector<const FieldDescriptor*> present;
    message.GetReflection()->ListFields(message, &present);
    for (const FieldDescriptor* field : present) {
      const Path inside = path.field(field->name());
      if (field->is_map()) {
        check_map(message, field, inside);
      } else if (message_of(field) != nullptr) {
        check_messages(message, field, inside, siblings);
      } else if (rule_of(field).refers_to() != v1::REFERENT_NONE) {
        check_texts(message, field, inside, siblings);
      }
    }
  }

 private:
  void check_map(const Message& message, const FieldDescriptor* field, const Path& path) {
    const Reflection& fields = *message.GetReflection();
    const FieldDescriptor* key_field = field->message_type()->map_key();
    const FieldDescriptor* value_field = field->message_type()->map_value();
    Siblings siblings{.map = field->name()};
    const bool wants_siblings = refers_to_siblings(message_of(field));
    for (int i = 0; wants_siblings && i < fields.FieldSize(message, field); ++i) {
      const Message& entry = fields.GetRepeatedMessage(message, field, i);
      siblings.names.push_back(entry.GetReflection()->GetString(entry, key_field));
    }
    std::sort(siblings.names.begin(), siblings.names.end());
    for (int i = 0; i < fields.FieldSize(message, field); ++i) {
      const Message& entry = fields.GetRepeatedMessage(message, field, i);
      std::string scratch;
      const std::string& key =
          entry.GetReflection()->GetStringReference(entry, key_field, &scratch);
      const Path inside = path.field(key);
      if (const v1::Referent kind = rule_of(field).keys_refer_to(); kind != v1::REFERENT_NONE) {
        check_key(key, inside, kind);
      }
      if (message_of(field) == nullptr) continue;
      check(entry.GetReflection()->GetMessage(entry, value_field), inside, siblings);
    }
  }

  void check_messages(const Message& message, const FieldDescriptor* field, const Path& path,
                      const Siblings& siblings) {
    const Reflection& fields = *message.GetReflection();
    if (!field->is_repeated()) return check(fields.GetMessage(message, field), path, siblings);
    for (int i = 0; i < fields.FieldSize(message, field); ++i) {
      check(fields.GetRepeatedMessage(message, field, i), path.item(static_cast<std::size_t>(i)),
            siblings);
    }
  }

  void check_texts(const Message& message, const FieldDescriptor* field, const Path& path,
                   const Siblings& siblings) {
    const Reflection& fields = *message.GetReflection();
    if (!field->is_repeated()) {
      return check_text(message, field, fields.GetString(message, field), path, siblings);
    }
    for (int i = 0; i < fields.FieldSize(message, field); ++i) {
      check_text(message, field, fields.GetRepeatedString(message, field, i),
                 path.item(static_cast<std::size_t>(i)), siblings);
    }
  }

  void check_text(const Message& message, const FieldDescriptor* field, const std::string& name,
                  const Path& path, const Siblings& siblings) {
    switch (const v1::Referent kind = rule_of(field).refers_to(); kind) {
      case v1::REFERENT_GATE:
        return check_gate(message, name, path);
      case v1::REFERENT_SIBLING:
        return check_sibling(name, path, siblings);
      case v1::REFERENT_PLACE:
      case v1::REFERENT_COMPONENT:
      case v1::REFERENT_CAPABILITY:
      case v1::REFERENT_USERS:
      case v1::REFERENT_FAULT:
      case v1::REFERENT_STEP:
      case v1::REFERENT_OPERATORS: {
        if (is_known(name, known(kind)) || !v_.wants(path)) return;
        return v_.refuse(path, {}, unknown(name, known(kind)));
      }
      case v1::REFERENT_NONE:
      case v1::Referent_INT_MIN_SENTINEL_DO_NOT_USE_:
      case v1::Referent_INT_MAX_SENTINEL_DO_NOT_USE_:
        return;
    }
  }

  void check_key(const std::string& name, const Path& path, v1::Referent kind) {
    if (!is_known(name, known(kind)) && v_.wants(path))
      v_.refuse_key(path, unknown(name, known(kind)));
  }

  Known known(v1::Referent kind) const {
    const Names& names = v_.names();
    switch (kind) {
      case v1::REFERENT_PLACE:
        return {names.places, "place", "places"};
      case v1::REFERENT_COMPONENT:
        return {names.components, "component", "components"};
      case v1::REFERENT_CAPABILITY:
        return {names.capabilities, "capability", "capabilities"};
      case v1::REFERENT_USERS:
        return {names.users, "group of users", "users"};
      case v1::REFERENT_FAULT:
        return {names.faults, "fault", "faults"};
      case v1::REFERENT_STEP:
        return {names.steps, "step", "operators"};
      case v1::REFERENT_OPERATORS:
        return {names.teams, "team", "operators"};
      case v1::REFERENT_NONE:
      case v1::REFERENT_GATE:
      case v1::REFERENT_SIBLING:
      case v1::Referent_INT_MIN_SENTINEL_DO_NOT_USE_:
      case v1::Referent_INT_MAX_SENTINEL_DO_NOT_USE_:
        break;
    }
    CHOKEPOINT_ASSERT(kind == v1::REFERENT_NONE, "names that the whole scenario does not share");
    return {names.places, "", "places"};
  }

  bool is_known(const std::string& name, const Known& known) const {
    return contains(known.names, name) || v_.unread().covers(v_.root().field(known.map));
  }

  static Validation::Mistake unknown(const std::string& name, const Known& known) {
    std::string hint = hint_for_unknown(name, known.names, "there are");
    if (known.names.empty()) hint = fmt::format("the scenario has no {}", known.map);
    if (known.kind == "step" && name.find('/') == std::string::npos) {
      hint = "a step is written team/step";
    }
    return {fmt::format("unknown {} '{}'", known.kind, name), hint};
  }

  void check_sibling(const std::string& name, const Path& path, const Siblings& siblings) {
    if (contains(siblings.names, name) || !v_.wants(path)) return;
    v_.refuse(path, {},
              {fmt::format("there is no '{}' in '{}'", name, siblings.map),
               hint_for_unknown(name, siblings.names, "there are")});
  }

  void check_gate(const Message& message, const std::string& gate, const Path& path) {
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("component");
    const std::string owner = message.GetReflection()->GetString(message, field);
    if (owner.empty()) {
      if (v_.unread().touches(path.parent->field("component"))) return;
      return v_.refuse(path, {}, {"only a component has gates", "name the component beside it"});
    }
    const v1::Component* component = v_.component(owner);
    if (component == nullptr) return;
    if (!component->has_gated()) {
      return v_.refuse(
          path, {},
          {fmt::format("component '{}' has no gates", owner), "only a gated component has"});
    }
    const auto& gates = component->gated().gates();
    if (gates.contains(gate)) return;
    v_.refuse(path, {},
              {fmt::format("component '{}' has no gate '{}'", owner, gate),
               hint_for_unknown(gate, sorted_names(gates), "its gates")});
  }

  const Validation& v_;
};

}  // namespace

void validate_references(const Validation& validation) {
  References(validation).check(validation.scenario(), validation.root(), {});
}

}  // namespace chokepoint
