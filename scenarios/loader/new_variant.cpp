#include "scenarios/loader/new_variant.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/nearest.h"
#include "scenarios/loader/document_writer.h"
#include "scenarios/loader/load.h"
#include "scenarios/loader/merge.h"
#include "scenarios/loader/overrides.h"
#include "scenarios/loader/rules.h"
#include "scenarios/loader/text_file.h"

namespace chokepoint {
namespace {

constexpr const char* kVariants = "variants";
constexpr std::size_t kIndent = 2;

NodePtr with_entry(const NodePtr& map, const Entry& entry) {
  Node copy = map == nullptr ? Node{.kind = Node::Kind::map, .at = entry.at} : *map;
  copy.kind = Node::Kind::map;
  copy.by_key.clear();
  std::erase_if(copy.entries, [&](const Entry& other) { return other.key == entry.key; });
  copy.entries.push_back(entry);
  return finished(std::move(copy));
}

NodePtr without_entry(const NodePtr& map, const std::string& key) {
  Node copy = *map;
  copy.by_key.clear();
  std::erase_if(copy.entries, [&](const Entry& entry) { return entry.key == key; });
  return finished(std::move(copy));
}

NodePtr below(const NodePtr& map, const std::string& key) {
  const Entry* entry = map == nullptr ? nullptr : map->find(key);
  return entry == nullptr ? nullptr : entry->value;
}

// `patch` is a chain of mappings with one entry each that ends in a null. A null takes away what
// the base has; what it does not have is not added to it in the first place.
NodePtr taken_away(const NodePtr& tree, const NodePtr& base, const Node& patch) {
  const Entry& step = patch.entries.front();
  const NodePtr in_tree = below(tree, step.key);
  const NodePtr in_base = below(base, step.key);
  if (step.value->kind != Node::Kind::null) {
    return with_entry(tree, {step.key, step.at, taken_away(in_tree, in_base, *step.value)});
  }
  if (in_base != nullptr) return with_entry(tree, step);
  return tree == nullptr ? finished(Node{.kind = Node::Kind::map, .at = step.at})
                         : without_entry(tree, step.key);
}

bool ends_in_null(const Node& patch) {
  const Node* node = &patch;
  while (node->kind == Node::Kind::map && node->entries.size() == 1) {
    node = node->entries.front().value.get();
  }
  return node->kind == Node::Kind::null;
}

// The scenario's text and what is known of its variants.
class Variants {
 public:
  explicit Variants(std::string_view text)
      : source_("scenario", std::string(without_byte_order_mark(text)), 0) {
    root_ = parse_document(source_, problems_);
    if (root_ == nullptr || root_->kind != Node::Kind::map) return;
    all_ = root_->find(kVariants);
    if (all_ != nullptr && all_->value->kind == Node::Kind::null) all_ = nullptr;
  }

  // What the new one changes in the base.
  Result<NodePtr> tree_of(const NewVariant& variant) {
    if (root_ == nullptr || !problems_.empty()) return first_problem();
    if (find(variant.name) != nullptr) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("there is a variant '{}' already", variant.name),
                   .hint = "choose another name with --name"};
    }
    NodePtr tree = finished(Node{.kind = Node::Kind::map, .at = root_->at});
    if (!variant.of.empty()) {
      const Entry* copied = find(variant.of);
      if (copied == nullptr) {
        return Error{.code = Code::not_found,
                     .message = fmt::format("there is no variant '{}'", variant.of)};
      }
      if (copied->value->kind == Node::Kind::map) tree = copied->value;
    }
    for (const std::string& change : variant.changes) {
      const Source& text =
          changes_.emplace_back("--set", change, static_cast<int>(changes_.size()) + 1);
      const NodePtr patch = patch_of(text, problems_);
      if (patch == nullptr) return first_problem();
      tree = ends_in_null(*patch)
                 ? taken_away(tree, root_, *patch)
                 : merge(tree, patch, v1::Scenario::descriptor(), rules_, problems_);
    }
    if (!problems_.empty()) return first_problem();
    return tree;
  }

  bool is_there() const { return all_ != nullptr; }
  bool is_in_braces() const {
    return source_.text().substr(all_->value->at.offset).starts_with('{');
  }
  // How far the names of variants are indented.
  std::size_t indent() const {
    const Position& at = all_->value->entries.front().at;
    return static_cast<std::size_t>(source_.span(at.offset, 1).column) - 1;
  }

  // Where a variant behind the last one begins: before the next key of the scenario and the comment
  // above that, or at the end.
  std::size_t end() const {
    std::size_t next = source_.text().size();
    for (const Entry& entry : root_->entries) {
      if (entry.at.offset > all_->at.offset) next = std::min<std::size_t>(next, entry.at.offset);
    }
    if (next == source_.text().size()) return next;
    while (next > 0) {
      const std::string_view line = source_.line_at(next - 1);
      const bool is_comment = line.starts_with('#') || line.find_first_not_of(" \t\r") == line.npos;
      if (!is_comment) break;
      next = static_cast<std::size_t>(line.data() - source_.text().data());
    }
    return next;
  }

  std::string_view text() const { return source_.text(); }

 private:
  const Entry* find(const std::string& name) const {
    return all_ == nullptr ? nullptr : all_->value->find(name);
  }

  Error first_problem() {
    const std::vector<Error> errors = problems_.take();
    return errors.empty() ? Error{.message = "there is nothing in it"} : errors.front();
  }

  Source source_;
  Problems problems_;
  Rules rules_;
  std::deque<Source> changes_;
  NodePtr root_;
  const Entry* all_ = nullptr;
};

std::string block_of(const NewVariant& variant, const Node& tree, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string text;
  for (const std::string& line : variant.comment) {
    text += margin + (line.empty() ? "#" : "# " + line) + "\n";
  }
  return text + margin + variant.name + ":\n" + yaml_of(tree, indent + kIndent);
}

}  // namespace

Result<std::string> text_of_variant(std::string_view scenario, const NewVariant& variant) {
  Variants variants(scenario);
  const Result<NodePtr> tree = variants.tree_of(variant);
  if (!tree) return tree.error();
  return std::string(kVariants) + ":\n" + block_of(variant, **tree, kIndent);
}

Result<std::string> with_variant(std::string_view scenario, const NewVariant& variant) {
  Variants variants(scenario);
  const Result<NodePtr> tree = variants.tree_of(variant);
  if (!tree) return tree.error();
  std::string text(variants.text());
  if (!variants.is_there()) {
    if (!text.ends_with('\n')) text += '\n';
    text += std::string(kVariants) + ":\n" + block_of(variant, **tree, kIndent);
  } else if (variants.is_in_braces()) {
    return Error{.code = Code::conflict,
                 .message =
                     "the variants of this file are written in braces: nothing can be put "
                     "behind them",
                 .hint = "write them one below the other, or leave --out away and paste"};
  } else {
    const std::size_t at = variants.end();
    std::string block = block_of(variant, **tree, variants.indent());
    if (at == text.size() && !text.ends_with('\n')) block = "\n" + block;
    text.insert(at, block);
  }
  const LoadResult loaded =
      load_scenario_text(text, "with the new variant", {.variant = variant.name});
  if (!loaded.errors.empty()) return loaded.errors.front();
  return text;
}

}  // namespace chokepoint
