#include "scenarios/loader/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "scenarios/base/nearest.h"
#include "scenarios/loader/digest.h"
#include "scenarios/loader/document.h"
#include "scenarios/loader/merge.h"
#include "scenarios/loader/overrides.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/read_message.h"
#include "scenarios/loader/read_scalar.h"
#include "scenarios/loader/rules.h"
#include "scenarios/loader/text_file.h"
#include "scenarios/loader/validate.h"

namespace chokepoint {
namespace {

// Just behind the last value that is written in the tree.
std::size_t end_of(const Node& node) {
  std::size_t end = node.at.offset + node.at.length;
  for (const NodePtr& item : node.items) end = std::max(end, end_of(*item));
  for (const Entry& entry : node.entries) {
    end = std::max({end, std::size_t{entry.at.offset} + entry.at.length, end_of(*entry.value)});
  }
  return end;
}

NodePtr without(const NodePtr& map, std::string_view key) {
  Node copy = *map;
  copy.by_key.clear();
  std::erase_if(copy.entries, [&](const Entry& entry) { return entry.key == key; });
  return finished(std::move(copy));
}

// One file on its way to a message.
class Loading {
 public:
  Loading(std::string_view text, const std::string& name, const Selection& selection)
      : source_(name, std::string(text), 0), selection_(selection) {}

  LoadResult run() {
    const NodePtr root = parse_document(source_, problems_);
    if (root == nullptr) return failed();
    if (root->kind == Node::Kind::null) {
      problems_.add(
          {root->at, "there is nothing in it", "'chokepoint new' writes a scenario to begin with"});
      return failed();
    }
    if (root->kind == Node::Kind::list || root->kind == Node::Kind::scalar) {
      problems_.add({root->at, "a scenario is a mapping", "begin with 'scenario: its-name'"});
      return failed();
    }
    split(root);
    check_all();
    if (!problems_.empty()) return failed();
    if (chosen_ == nullptr) return unknown_variant();
    return finish();
  }

 private:
  // Sets base_ and variants_.
  void split(const NodePtr& root) {
    base_ = without(root, "variants");
    const Entry* variants = root->find("variants");
    if (variants == nullptr || variants->value->kind == Node::Kind::null) return;
    if (variants->value->kind != Node::Kind::map) {
      problems_.add({variants->value->at, "variants: expected a mapping of names",
                     "each entry is a name, a colon and what is different"});
      return;
    }
    for (const Entry& variant : variants->value->entries) {
      if (std::string wrong = misspelt(variant.key, v1::SPELLING_NAME); !wrong.empty()) {
        problems_.add({variant.at, "variants: " + wrong});
      }
      variants_.push_back(variant);
      result_.variants.push_back(variant.key);
    }
    std::sort(result_.variants.begin(), result_.variants.end());
  }

  NodePtr merged_with(const Entry& variant) {
    NodePtr patch = variant.value;
    if (patch->kind == Node::Kind::list || patch->kind == Node::Kind::scalar) {
      problems_.add({patch->at, fmt::format("{}: expected a mapping", variant.key),
                     "a variant is a partial scenario: write only what is different"});
      return nullptr;
    }
    if (patch->kind == Node::Kind::null) return base_;
    if (const Entry* inner = patch->find("variants")) {
      problems_.add(
          {inner->at, "variants inside a variant", "write each variant out beside the others"});
      patch = without(patch, "variants");
    }
    return merge(base_, patch, v1::Scenario::descriptor(), rules_, problems_);
  }

  // The base and every variant; what was chosen goes into the result.
  void check_all() {
    check(base_, selection_.variant.empty());
    for (const Entry& variant : variants_) {
      problems_.enter(Problems::Scope{variant.key, variant.at.offset, end_of(*variant.value)});
      const NodePtr merged = merged_with(variant);
      if (merged != nullptr) check(merged, variant.key == selection_.variant);
    }
    problems_.enter(std::nullopt);
  }

  void check(const NodePtr& tree, bool is_chosen) {
    v1::Scenario scenario = read_and_check(*tree);
    if (!is_chosen) return;
    chosen_ = tree;
    result_.scenario = std::move(scenario);
  }

  v1::Scenario read_and_check(const Node& tree, bool is_overridden = false) {
    v1::Scenario scenario;
    Unread unread;
    read_message(tree, scenario, rules_, problems_, unread);
    validate({scenario, tree, unread, is_overridden}, rules_, problems_);
    return scenario;
  }

  void apply_overrides() {
    for (const std::string& change : selection_.overrides) {
      const int rank = static_cast<int>(override_texts_.size()) + 1;
      const Source& text = override_texts_.emplace_back("--set", change, rank);
      chosen_ = apply_override(chosen_, text, rules_, problems_);
    }
    if (!selection_.overrides.empty() && problems_.empty()) {
      result_.scenario = read_and_check(*chosen_, true);
    }
  }

  LoadResult finish() {
    apply_overrides();
    if (!problems_.empty()) return failed();
    result_.digest = digest_of(result_.scenario);
    return std::move(result_);
  }

  LoadResult failed() {
    result_.scenario.Clear();
    result_.errors = problems_.take();
    return std::move(result_);
  }

  LoadResult unknown_variant() {
    result_.scenario.Clear();
    result_.errors.push_back(
        {.code = Code::not_found,
         .message = fmt::format("there is no variant '{}'", selection_.variant),
         .where = Span{.file = source_.name()},
         .hint = result_.variants.empty()
                     ? "the scenario has no variants"
                     : hint_for_unknown(selection_.variant, result_.variants, "there are")});
    return std::move(result_);
  }

  Source source_;
  const Selection& selection_;
  Rules rules_;
  Problems problems_;
  NodePtr base_;
  NodePtr chosen_;
  std::vector<Entry> variants_;
  std::deque<Source> override_texts_;
  LoadResult result_;
};

}  // namespace

LoadResult load_scenario(const std::filesystem::path& path, const Selection& selection) {
  const Result<std::string> text = read_text_file(path);
  if (!text) return {.errors = {text.error()}};
  return load_scenario_text(*text, path.string(), selection);
}

LoadResult load_scenario_text(std::string_view text, const std::string& name,
                              const Selection& selection) {
  return Loading(without_byte_order_mark(text), name, selection).run();
}

}  // namespace chokepoint
