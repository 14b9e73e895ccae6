#include "scenarios/loader/overrides.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/nearest.h"
#include "scenarios/loader/merge.h"

namespace chokepoint {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Segment {
  std::string name;
  std::size_t offset = 0;
};

struct Change {
  std::vector<Segment> path;
  std::size_t value_offset = 0;
};

// What is wrong, and with which part of the text.
struct Refusal {
  Segment at;
  Error error;
};

std::optional<Change> split(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Change change{.path = {}, .value_offset = equals + 1};
  for (std::size_t from = 0; from <= equals;) {
    const std::size_t dot = std::min(text.find('.', from), equals);
    change.path.push_back({std::string(text.substr(from, dot - from)), from});
    from = dot + 1;
  }
  return change;
}

std::vector<std::string> keys_of(const Node* node) {
  std::vector<std::string> keys;
  if (node == nullptr) return keys;
  for (const Entry& entry : node->entries) keys.push_back(entry.key);
  return keys;
}

// Follows a path through schema and tree at once. The tree may end earlier: what it leaves out can
// still be set.
class Way {
 public:
  Way(const Node& tree, Rules& rules)
      : rules_(rules), message_(v1::Scenario::descriptor()), node_(&tree) {}

  std::optional<Error> step(const std::string& name) {
    if (map_ != nullptr) return step_to_entry(name);
    if (message_ != nullptr) return step_to_field(name);
    return nowhere(is_list_ ? fmt::format("'{}' is a list: it is replaced whole", last_)
                            : fmt::format("'{}' has no parts", last_));
  }

 private:
  static Error nowhere(std::string message, std::string hint = {}) {
    return {.code = Code::not_found, .message = std::move(message), .hint = std::move(hint)};
  }

  std::optional<Error> step_to_entry(const std::string& name) {
    const Entry* entry = node_ == nullptr ? nullptr : node_->find(name);
    if (entry == nullptr) {
      return nowhere(fmt::format("there is no '{}' in '{}'", name, last_),
                     hint_for_unknown(name, keys_of(node_), "there are"));
    }
    node_ = entry->value.get();
    message_ = message_of(map_);
    map_ = nullptr;
    last_ = name;
    return std::nullopt;
  }

  std::optional<Error> step_to_field(const std::string& name) {
    const MessageRules& rules = rules_.of(message_);
    const FieldRules* field = rules.find(name);
    if (name == "variants") return nowhere("a variant cannot be set, only chosen", "use --variant");
    if (field == nullptr) {
      return nowhere(last_.empty() ? fmt::format("a scenario has no '{}' to set", name)
                                   : fmt::format("'{}' has no '{}'", last_, name),
                     hint_for_unknown(name, rules.names, "known keys"));
    }
    const Entry* entry = node_ == nullptr ? nullptr : node_->find(name);
    const bool stands_for =
        node_ != nullptr && node_->kind != Node::Kind::map && field == rules.shorthand;
    if (!stands_for) node_ = entry == nullptr ? nullptr : entry->value.get();
    map_ = field->field->is_map() ? field->field : nullptr;
    is_list_ = field->field->is_repeated() && map_ == nullptr;
    message_ = map_ != nullptr || is_list_ ? nullptr : message_of(field->field);
    last_ = name;
    return std::nullopt;
  }

  Rules& rules_;
  const Descriptor* message_;
  const FieldDescriptor* map_ = nullptr;
  const Node* node_;
  bool is_list_ = false;
  std::string last_;
};

std::optional<Refusal> refusal_of(const Node& tree, std::string_view text, Rules& rules) {
  const std::optional<Change> change = split(text);
  if (!change) {
    return Refusal{{std::string(text), 0},
                   {.message = fmt::format("'{}' is not a change", text),
                    .hint = "write path=value, for example horizon=2h"}};
  }
  Way way(tree, rules);
  for (const Segment& segment : change->path) {
    if (auto error = way.step(segment.name)) return Refusal{segment, std::move(*error)};
  }
  return std::nullopt;
}

Position position_of(const Source& source, const Segment& segment) {
  return {&source, static_cast<std::uint32_t>(segment.offset),
          static_cast<std::uint32_t>(std::max<std::size_t>(segment.name.size(), 1))};
}

// {a: {b: value}} for a.b=value.
NodePtr as_patch(const Source& source, const Change& change, NodePtr value) {
  NodePtr node = std::move(value);
  for (std::size_t i = change.path.size(); i-- > 0;) {
    const Position at = position_of(source, change.path[i]);
    node = std::make_shared<const Node>(
        Node{.kind = Node::Kind::map, .at = at, .entries = {{change.path[i].name, at, node}}});
  }
  return node;
}

}  // namespace

std::optional<Error> refusal_of_override(const Node& tree, std::string_view change, Rules& rules) {
  auto refusal = refusal_of(tree, change, rules);
  if (!refusal) return std::nullopt;
  return std::move(refusal->error);
}

NodePtr patch_of(const Source& source, Problems& problems) {
  const std::optional<Change> change = split(source.text());
  if (!change) {
    problems.add({{&source, 0, static_cast<std::uint32_t>(source.text().size())},
                  fmt::format("'{}' is not a change", source.text()),
                  "write path=value, for example horizon=2h"});
    return nullptr;
  }
  NodePtr value = parse_document(source, problems, change->value_offset);
  return value == nullptr ? nullptr : as_patch(source, *change, std::move(value));
}

NodePtr apply_override(const NodePtr& tree, const Source& source, Rules& rules,
                       Problems& problems) {
  if (const auto refusal = refusal_of(*tree, source.text(), rules)) {
    problems.add({position_of(source, refusal->at), refusal->error.message, refusal->error.hint,
                  refusal->error.code});
    return tree;
  }
  const Change change = *split(source.text());
  const NodePtr value = parse_document(source, problems, change.value_offset);
  if (value == nullptr) return tree;
  return merge(tree, as_patch(source, change, value), v1::Scenario::descriptor(), rules, problems);
}

}  // namespace chokepoint
