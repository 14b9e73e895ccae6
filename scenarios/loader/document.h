#pragma once
// A YAML text as a tree in which every value and key knows where it stands. The only code that sees
// yaml-cpp is behind this header. Trees are immutable and share what aliases and variants share.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/loader/problems.h"
#include "scenarios/loader/source.h"

namespace chokepoint {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Entry {
  std::string key;
  Position at;  // of the key
  NodePtr value;
};

struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  Position at;
  std::string text = {};                   // of a scalar
  std::vector<NodePtr> items = {};         // of a list
  std::vector<Entry> entries = {};         // of a map, in the order written; keys are unique
  std::vector<std::uint32_t> by_key = {};  // of a large map: its entries in order of their keys
  std::uint64_t size = 1;                  // values in it, itself included, aliases expanded
  int depth = 1;                           // levels in it, itself included, aliases expanded

  const Entry* find(std::string_view key) const;
};

// The node as it will be from now on: large maps get their index.
NodePtr finished(Node node);

// Bounds on what a text may make of itself.
inline constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
inline constexpr int kMaxDepth = 64;
inline constexpr std::uint64_t kMaxAliased = 1'000'000;  // values that aliases add by expansion

// Parses the one document in the text; an empty text gives a null node. Duplicate keys, merge keys,
// keys that are no names, tags and a second document are reported and left out; what cannot be read
// on from (a syntax error, one of the bounds above) is reported and gives nullptr.
// What stands before `from` is not looked at.
NodePtr parse_document(const Source& source, Problems& problems, std::size_t from = 0);

}  // namespace chokepoint
