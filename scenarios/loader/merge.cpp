#include "scenarios/loader/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/base/nearest.h"

namespace chokepoint {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// The entries of a map under construction, with quick access by key.
class Entries {
 public:
  explicit Entries(const std::vector<Entry>& base) : entries_(base) {
    for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].key, i);
  }

  const Entry* find(const std::string& key) const {
    const auto at = index_.find(key);
    return at == index_.end() ? nullptr : &entries_[at->second];
  }

  void set(const Entry& entry) {
    const auto at = index_.find(entry.key);
    if (at != index_.end()) {
      entries_[at->second] = entry;
      return;
    }
    index_.emplace(entry.key, entries_.size());
    entries_.push_back(entry);
  }

  void erase(const std::string& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return;
    entries_[at->second].value = nullptr;
    index_.erase(at);
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Entry& entry : entries_) {
      if (entry.value != nullptr) keys.push_back(entry.key);
    }
    return keys;
  }

  std::vector<Entry> take() {
    std::erase_if(entries_, [](const Entry& entry) { return entry.value == nullptr; });
    return std::move(entries_);
  }

 private:
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> index_;
};

NodePtr map_node(const Position& at, std::vector<Entry> entries) {
  return finished(Node{.kind = Node::Kind::map, .at = at, .entries = std::move(entries)});
}

bool is_map(const Node& node) { return node.kind == Node::Kind::map; }

class Merger {
 public:
  Merger(Rules& rules, Problems& problems) : rules_(rules), problems_(problems) {}

  NodePtr message(const NodePtr& base, const NodePtr& patch, const Descriptor* type) {
    const NodePtr whole = spelt_out(base, type);
    if (!is_map(*patch) || whole == nullptr) return patch;
    Entries merged(whole->entries);
    for (const Entry& change : patch->entries) {
      const FieldDescriptor* field = type->FindFieldByName(change.key);
      if (field == nullptr) {
        merged.set(change);
      } else if (change.value->kind == Node::Kind::null) {
        take_away(merged, change, "");
      } else {
        make_room(merged, *patch, field);
        merge_entry(merged, change,
                    [&](const NodePtr& before) { return value(before, change.value, field); });
      }
    }
    return map_node(whole->at, merged.take());
  }

 private:
  // The mapping that a shorthand stands for; null for what cannot be merged with a mapping.
  NodePtr spelt_out(const NodePtr& node, const Descriptor* type) {
    if (is_map(*node)) return node;
    if (node->kind == Node::Kind::null) return map_node(node->at, {});
    const FieldRules* shorthand = rules_.of(type).shorthand;
    if (shorthand == nullptr) return nullptr;
    return map_node(node->at, {{shorthand->field->name(), node->at, node}});
  }

  NodePtr value(const NodePtr& base, const NodePtr& patch, const FieldDescriptor* field) {
    if (field->is_map()) return names(base, patch, field);
    const Descriptor* type = field->is_repeated() ? nullptr : message_of(field);
    return type == nullptr ? patch : message(base, patch, type);
  }

  NodePtr names(const NodePtr& base, const NodePtr& patch, const FieldDescriptor* field) {
    if (!is_map(*patch) || !is_map(*base)) return patch;
    const Descriptor* type = message_of(field);
    Entries merged(base->entries);
    for (const Entry& change : patch->entries) {
      if (change.value->kind == Node::Kind::null) {
        take_away(merged, change,
                  fmt::format("to add an empty entry, write '{}: {{}}'", change.key));
      } else {
        merge_entry(merged, change, [&](const NodePtr& before) {
          return type == nullptr ? change.value : message(before, change.value, type);
        });
      }
    }
    return map_node(base->at, merged.take());
  }

  // A merged mapping stays where the base wrote it; what is replaced stands where the patch does.
  template <class Merge>
  void merge_entry(Entries& merged, const Entry& change, Merge merge_with) {
    const Entry* before = merged.find(change.key);
    if (before == nullptr) {
      merged.set(change);
      return;
    }
    const NodePtr after = merge_with(before->value);
    merged.set({change.key, after == change.value ? change.at : before->at, after});
  }

  void take_away(Entries& merged, const Entry& change, const std::string& advice) {
    if (merged.find(change.key) != nullptr) {
      merged.erase(change.key);
      return;
    }
    const std::string meant = nearest(change.key, merged.keys());
    problems_.add({change.at, fmt::format("there is no '{}' to take away", change.key),
                   meant.empty() ? advice : fmt::format("did you mean '{}'?", meant)});
  }

  // Takes away what cannot stand beside the field, unless the patch itself sets it.
  static void make_room(Entries& merged, const Node& patch, const FieldDescriptor* field) {
    const auto drop = [&](const std::string& name) {
      if (name != field->name() && patch.find(name) == nullptr) merged.erase(name);
    };
    for (const std::string& name : rule_of(field).excludes()) drop(name);
    const auto* oneof = oneof_of(field);
    for (int i = 0; oneof != nullptr && i < oneof->field_count(); ++i) {
      drop(oneof->field(i)->name());
    }
  }

  Rules& rules_;
  Problems& problems_;
};

}  // namespace

NodePtr merge(const NodePtr& base, const NodePtr& patch, const Descriptor* type, Rules& rules,
              Problems& problems) {
  return Merger(rules, problems).message(base, patch, type);
}

}  // namespace chokepoint
