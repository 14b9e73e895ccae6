#include "scenarios/loader/path.h"

#include <algorithm>

#include "scenarios/loader/rules.h"

namespace chokepoint {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<std::string> segments(const Path& path) {
  std::vector<std::string> result;
  for (const Path* step = &path; step->parent != nullptr; step = step->parent) {
    result.push_back(step->name.empty() ? std::to_string(step->index) : std::string(step->name));
  }
  std::reverse(result.begin(), result.end());
  return result;
}

namespace {

// Walks a tree along field names. A step goes either from a message to one of its fields, or from a
// map or list to one of its values.
class Locator {
 public:
  Locator(const Node& root, const Descriptor* type) : located_{root.at, &root}, message_(type) {}

  void follow(const std::string& segment) {
    if (located_.value == nullptr) return;
    if (container_ != nullptr) {
      enter_value(segment);
    } else if (message_ != nullptr) {
      enter_field(segment);
    }
  }

  Located located() const { return located_; }

 private:
  void enter_field(const std::string& name) {
    const FieldDescriptor* field = message_->FindFieldByName(name);
    const Node& node = *located_.value;
    if (node.kind == Node::Kind::map) {
      step_to(node.find(name));
    } else if (message_->options().GetExtension(v1::message_rule).shorthand() != name) {
      located_.value = nullptr;
    }
    container_ = field != nullptr && field->is_repeated() ? field : nullptr;
    message_ = field != nullptr && container_ == nullptr ? message_of(field) : nullptr;
  }

  void enter_value(const std::string& segment) {
    const Node& node = *located_.value;
    if (container_->is_map()) {
      step_to(node.find(segment));
    } else if (node.kind == Node::Kind::list) {
      const auto index = static_cast<std::size_t>(std::stoul(segment));
      located_.value = index < node.items.size() ? node.items[index].get() : nullptr;
      if (located_.value != nullptr) located_.key = located_.value->at;
    }
    message_ = message_of(container_);
    container_ = nullptr;
  }

  void step_to(const Entry* entry) {
    located_.value = entry == nullptr ? nullptr : entry->value.get();
    if (entry != nullptr) located_.key = entry->at;
  }

  Located located_;
  const Descriptor* message_;
  const FieldDescriptor* container_ = nullptr;
};

bool begins_with(const std::vector<std::string>& whole, const std::vector<std::string>& start) {
  return start.size() <= whole.size() && std::equal(start.begin(), start.end(), whole.begin());
}

}  // namespace

Located locate(const Node& root, const Descriptor* type, const Path& path) {
  Locator locator(root, type);
  for (const std::string& segment : segments(path)) locator.follow(segment);
  return locator.located();
}

void Unread::add(const Path& path) { paths_.insert(segments(path)); }

bool Unread::covers(const Path& path) const {
  if (paths_.empty()) return false;
  std::vector<std::string> whole = segments(path);
  for (; !whole.empty(); whole.pop_back()) {
    if (paths_.contains(whole)) return true;
  }
  return false;
}

bool Unread::touches(const Path& path) const {
  if (covers(path)) return true;
  const std::vector<std::string> whole = segments(path);
  const auto inside = paths_.lower_bound(whole);
  return inside != paths_.end() && begins_with(*inside, whole);
}

}  // namespace chokepoint
