#pragma once
// The way from the root of a scenario to a value: field names, keys of maps, indices of lists.

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/loader/document.h"

namespace chokepoint {

// A step of a way, linked to the step before; lives on the stack of whoever walks.
struct Path {
  const Path* parent = nullptr;
  std::string_view name = {};  // of a field, or key of a map
  std::size_t index = 0;       // in a list; only if name is empty

  Path field(std::string_view field_name) const { return {this, field_name, 0}; }
  Path item(std::size_t i) const { return {this, {}, i}; }
};

std::vector<std::string> segments(const Path& path);

// Where a path leads in a tree.
struct Located {
  Position key;                 // of the last key on the way that is written; else of the root
  const Node* value = nullptr;  // null when the path is not written in the tree (a default)
  Position value_at() const { return value != nullptr ? value->at : key; }
};

// Follows the path through the tree of a message of the given type, through shorthands and single
// values that stand for lists.
Located locate(const Node& root, const google::protobuf::Descriptor* type, const Path& path);

// Paths of values that could not be read, so that nothing is concluded from their absence.
class Unread {
 public:
  void add(const Path& path);
  bool empty() const { return paths_.empty(); }
  // The value itself or one that holds it could not be read.
  bool covers(const Path& path) const;
  // Covered, or a value inside of it could not be read.
  bool touches(const Path& path) const;

 private:
  std::set<std::vector<std::string>> paths_;
};

}  // namespace chokepoint
