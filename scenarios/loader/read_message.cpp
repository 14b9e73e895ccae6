#include "scenarios/loader/read_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "scenarios/base/assert.h"
#include "scenarios/base/nearest.h"
#include "scenarios/loader/read_scalar.h"

namespace chokepoint {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

// What is being read, and where mistakes about it as a whole are shown.
struct Spot {
  const Path& path;
  Position key;
  std::string_view name;  // the key, for messages
};

class Reader {
 public:
  Reader(Rules& rules, Problems& problems, Unread& unread)
      : rules_(rules), problems_(problems), unread_(unread) {}

  void read(const Node& node, const Spot& spot, Message& message) {
    const MessageRules& rules = rules_.of(message.GetDescriptor());
    if (node.kind == Node::Kind::map || node.kind == Node::Kind::null) {
      read_entries(node, spot, rules, message);
    } else if (rules.shorthand != nullptr) {
      const Path path = spot.path.field(rules.shorthand->field->name());
      read_field(node, {path, spot.key, spot.name}, *rules.shorthand, message);
      complete(spot, rules, message, {rules.shorthand});
    } else {
      refuse(node.at, spot.path, fmt::format("{}: expected a mapping", spot.name),
             fmt::format("its keys: {}", fmt::join(rules.names, ", ")));
    }
  }

 private:
  using Present = std::vector<const FieldRules*>;

  void refuse(const Position& at, const Path& path, std::string message, std::string hint = {}) {
    unread_.add(path);
    problems_.add({at, std::move(message), std::move(hint)});
  }

  void read_entries(const Node& node, const Spot& spot, const MessageRules& rules,
                    Message& message) {
    Present present;
    for (const Entry& entry : node.entries) {
      const FieldRules* field = rules.find(entry.key);
      if (field == nullptr) {
        report_unknown(entry, spot, rules);
        continue;
      }
      const Path path = spot.path.field(entry.key);
      if (conflicts(entry, *field, present)) {
        unread_.add(path);
        continue;
      }
      present.push_back(field);
      read_field(*entry.value, {path, entry.at, entry.key}, *field, message);
    }
    complete(spot, rules, message, present);
  }

  void report_unknown(const Entry& entry, const Spot& spot, const MessageRules& rules) {
    if (!problems_.wants(entry.at)) {
      unread_.add(spot.path.field(entry.key));
      return;
    }
    const std::string in = spot.name.empty() ? "" : fmt::format(" in '{}'", spot.name);
    const std::string meant = nearest(entry.key, rules.names);
    // What was meant is not missing, and nothing follows from its absence.
    if (!meant.empty()) unread_.add(spot.path.field(meant));
    problems_.add({entry.at, fmt::format("unknown key '{}'{}", entry.key, in),
                   hint_for_unknown(entry.key, rules.names, "known keys")});
  }

  // Whether a field read before cannot stand beside this one.
  bool conflicts(const Entry& entry, const FieldRules& field, const Present& present) {
    for (const FieldRules* other : present) {
      const OneofDescriptor* oneof = oneof_of(field.field);
      const auto& excluded = field.rule->excludes();
      const bool same_oneof = oneof != nullptr && oneof_of(other->field) == oneof;
      if (!same_oneof &&
          std::find(excluded.begin(), excluded.end(), other->field->name()) == excluded.end()) {
        continue;
      }
      problems_.add({entry.at,
                     fmt::format("'{}' cannot stand beside '{}'", entry.key, other->field->name()),
                     same_oneof ? fmt::format("only one of {}", names_of(oneof)) : ""});
      return true;
    }
    return false;
  }

  static std::string names_of(const OneofDescriptor* oneof) {
    std::vector<std::string> names;
    for (int i = 0; i < oneof->field_count(); ++i) names.push_back(oneof->field(i)->name());
    return fmt::format("{}", fmt::join(names, ", "));
  }

  // Reports what is required and absent, fills in defaults.
  void complete(const Spot& spot, const MessageRules& rules, Message& message,
                const Present& present) {
    for (const FieldRules& field : rules.fields) {
      if (std::find(present.begin(), present.end(), &field) != present.end()) continue;
      const Path path = spot.path.field(field.field->name());
      if (field.rule->required()) {
        report_missing(spot, field, path);
      } else if (field.fallback != nullptr && !unread_.touches(path)) {
        fill_in(field, path, message);
      }
    }
    for (const OneofDescriptor* oneof : rules.required_oneofs) {
      const bool there = std::any_of(present.begin(), present.end(), [&](const FieldRules* field) {
        return oneof_of(field->field) == oneof;
      });
      if (!there) report_missing(spot, oneof);
    }
  }

  void report_missing(const Spot& spot, const FieldRules& field, const Path& path) {
    if (unread_.touches(path)) return;
    const std::string in = spot.name.empty() ? "" : fmt::format(" in '{}'", spot.name);
    const std::string& example = field.rule->example();
    refuse(spot.key, path, fmt::format("'{}' is missing{}", field.field->name(), in),
           example.empty() ? "" : fmt::format("for example {}: {}", field.field->name(), example));
  }

  void report_missing(const Spot& spot, const OneofDescriptor* oneof) {
    bool misspelt_only = false;
    for (int i = 0; i < oneof->field_count(); ++i) {
      const Path path = spot.path.field(oneof->field(i)->name());
      misspelt_only = misspelt_only || unread_.touches(path);
      unread_.add(path);
    }
    if (misspelt_only) return;
    const std::string in = spot.name.empty() ? "" : fmt::format(" in '{}'", spot.name);
    problems_.add({spot.key, fmt::format("the {} is missing{}", oneof->name(), in),
                   fmt::format("one of {}", names_of(oneof))});
  }

  void fill_in(const FieldRules& field, const Path& path, Message& message) {
    Problems of_default;
    Reader reader(rules_, of_default, unread_);
    reader.read_field(*field.fallback, {path, field.fallback->at, field.field->name()}, field,
                      message);
    CHOKEPOINT_ASSERT(of_default.empty(), "a default of the schema breaks its own rules");
  }

  void read_field(const Node& node, const Spot& spot, const FieldRules& field, Message& message) {
    if (field.field->is_map()) {
      read_map(node, spot, field, message);
    } else if (field.field->is_repeated()) {
      read_list(node, spot, field, message);
    } else if (message_of(field.field) != nullptr) {
      read(node, spot, *message.GetReflection()->MutableMessage(&message, field.field));
    } else {
      read_value(node, spot, field, field.field, message);
    }
  }

  // `target` is the field itself, or the value of an entry of the map that the rules are about.
  void read_value(const Node& node, const Spot& spot, const FieldRules& field,
                  const FieldDescriptor* target, Message& message) {
    if (node.kind == Node::Kind::list || node.kind == Node::Kind::map) {
      return refuse(node.at, spot.path, fmt::format("{}: expected a single value", spot.name),
                    example(field));
    }
    if (node.kind == Node::Kind::null) {
      return refuse(spot.key, spot.path, fmt::format("'{}' has no value", spot.name),
                    example(field));
    }
    const Result<Scalar> value = read_scalar(node.text, target, *field.rule);
    if (value) return store(*value, message, target);
    unread_.add(spot.path);
    if (!problems_.wants(node.at)) return;
    problems_.add(
        {node.at, fmt::format("{}: {}", spot.name, value.error().message), value.error().hint});
  }

  static std::string example(const FieldRules& field) {
    const std::string& text = field.rule->example();
    return text.empty() ? "" : fmt::format("for example {}", text);
  }

  void read_list(const Node& node, const Spot& spot, const FieldRules& field, Message& message) {
    const bool none =
        node.kind == Node::Kind::null || (node.kind == Node::Kind::list && node.items.empty());
    if (none) return refuse_emptiness(spot, field);
    if (node.kind != Node::Kind::list) {
      const Path path = spot.path.item(0);
      return read_item(node, {path, spot.key, spot.name}, field, message);
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Path path = spot.path.item(i);
      read_item(*node.items[i], {path, node.items[i]->at, spot.name}, field, message);
    }
  }

  void read_item(const Node& node, const Spot& spot, const FieldRules& field, Message& message) {
    if (message_of(field.field) == nullptr) {
      read_value(node, spot, field, field.field, message);
    } else {
      read(node, spot, *message.GetReflection()->AddMessage(&message, field.field));
    }
  }

  void read_map(const Node& node, const Spot& spot, const FieldRules& field, Message& message) {
    if (node.kind == Node::Kind::list || node.kind == Node::Kind::scalar) {
      return refuse(node.at, spot.path, fmt::format("{}: expected a mapping of names", spot.name),
                    "each entry is a name, a colon and what it stands for");
    }
    if (node.entries.empty()) return refuse_emptiness(spot, field);
    for (const Entry& entry : node.entries) {
      const Path path = spot.path.field(entry.key);
      check_name(entry, spot, *field.rule);
      read_map_entry(entry, {path, entry.at, entry.key}, field, message);
    }
  }

  void read_map_entry(const Entry& entry, const Spot& spot, const FieldRules& field,
                      Message& message) {
    Message* made = message.GetReflection()->AddMessage(&message, field.field);
    const FieldDescriptor* value = field.field->message_type()->map_value();
    const google::protobuf::Reflection& fields = *made->GetReflection();
    fields.SetString(made, field.field->message_type()->map_key(), entry.key);
    if (message_of(field.field) == nullptr) {
      read_value(*entry.value, spot, field, value, *made);
    } else {
      read(*entry.value, spot, *fields.MutableMessage(made, value));
    }
  }

  void check_name(const Entry& entry, const Spot& spot, const v1::FieldRule& rule) {
    if (rule.keys_refer_to() != v1::REFERENT_NONE) return;
    const v1::Spelling spelling =
        rule.spelling() == v1::SPELLING_FREE ? v1::SPELLING_NAME : rule.spelling();
    if (std::string wrong = misspelt(entry.key, spelling); !wrong.empty()) {
      problems_.add({entry.at, fmt::format("{}: {}", spot.name, wrong)});
    }
  }

  void refuse_emptiness(const Spot& spot, const FieldRules& field) {
    if (!field.rule->required()) return;
    refuse(spot.key, spot.path, fmt::format("'{}' must not be empty", spot.name), example(field));
  }

  Rules& rules_;
  Problems& problems_;
  Unread& unread_;
};

}  // namespace

void read_message(const Node& tree, Message& message, Rules& rules, Problems& problems,
                  Unread& unread) {
  const Path root;
  Reader(rules, problems, unread).read(tree, {root, tree.at, ""}, message);
}

}  // namespace chokepoint
