#include "scenarios/loader/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
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

}  // namespace

class ScenarioFile::Parts {
 public:
  Parts(std::string_view text, const std::string& name) : source_(name, std::string(text), 0) {
    read();
    if (!problems_.empty()) errors_ = problems_.take();
  }

  const Errors& errors() const { return errors_; }

  LoadResult load(const Selection& selection) {
    if (!errors_.empty()) return {.variants = variants_, .errors = errors_};
    const auto design = designs_.find(selection.variant);
    if (design == designs_.end()) {
      return {.variants = variants_, .errors = {unknown_variant(selection.variant)}};
    }
    LoadResult result{.scenario = design->second.scenario, .variants = variants_};
    if (!selection.overrides.empty()) change(design->second.tree, selection.overrides, result);
    if (result.errors.empty()) result.digest = digest_of(result.scenario);
    return result;
  }

 private:
  struct Design {
    NodePtr tree;
    v1::Scenario scenario;
  };

  void read() {
    const NodePtr root = parse_document(source_, problems_);
    if (root == nullptr) return;
    if (root->kind == Node::Kind::null) {
      problems_.add(
          {root->at, "there is nothing in it", "'chokepoint new' writes a scenario to begin with"});
      return;
    }
    if (root->kind == Node::Kind::list || root->kind == Node::Kind::scalar) {
      problems_.add({root->at, "a scenario is a mapping", "begin with 'scenario: its-name'"});
      return;
    }
    const NodePtr base = without(root, "variants");
    const std::vector<Entry> variants = variants_of(*root);
    check("", base);
    for (const Entry& variant : variants) {
      problems_.enter(Problems::Scope{variant.key, variant.at.offset, end_of(*variant.value)});
      const NodePtr merged = merged_with(base, variant);
      if (merged != nullptr) check(variant.key, merged);
    }
    problems_.enter(std::nullopt);
  }

  std::vector<Entry> variants_of(const Node& root) {
    const Entry* variants = root.find("variants");
    if (variants == nullptr || variants->value->kind == Node::Kind::null) return {};
    if (variants->value->kind != Node::Kind::map) {
      problems_.add({variants->value->at, "variants: expected a mapping of names",
                     "each entry is a name, a colon and what is different"});
      return {};
    }
    for (const Entry& variant : variants->value->entries) {
      if (std::string wrong = misspelt(variant.key, v1::SPELLING_NAME); !wrong.empty()) {
        problems_.add({variant.at, "variants: " + wrong});
      }
      variants_.push_back(variant.key);
    }
    std::sort(variants_.begin(), variants_.end());
    return variants->value->entries;
  }

  NodePtr merged_with(const NodePtr& base, const Entry& variant) {
    NodePtr patch = variant.value;
    if (patch->kind == Node::Kind::list || patch->kind == Node::Kind::scalar) {
      problems_.add({patch->at, fmt::format("{}: expected a mapping", variant.key),
                     "a variant is a partial scenario: write only what is different"});
      return nullptr;
    }
    if (patch->kind == Node::Kind::null) return base;
    if (const Entry* inner = patch->find("variants")) {
      problems_.add(
          {inner->at, "variants inside a variant", "write each variant out beside the others"});
      patch = without(patch, "variants");
    }
    return merge(base, patch, v1::Scenario::descriptor(), rules_, problems_);
  }

  void check(const std::string& variant, const NodePtr& tree) {
    designs_[variant] = {tree, read_and_check(*tree, problems_)};
  }

  v1::Scenario read_and_check(const Node& tree, Problems& problems, bool is_overridden = false) {
    v1::Scenario scenario;
    Unread unread;
    read_message(tree, scenario, rules_, problems, unread);
    validate({scenario, tree, unread, is_overridden}, rules_, problems);
    return scenario;
  }

  void change(NodePtr changed, const std::vector<std::string>& overrides, LoadResult& result) {
    Problems problems;
    std::deque<Source> texts;
    for (const std::string& one : overrides) {
      const int rank = static_cast<int>(texts.size()) + 1;
      const Source& text = texts.emplace_back("--set", one, rank);
      changed = apply_override(changed, text, rules_, problems);
    }
    if (problems.empty()) result.scenario = read_and_check(*changed, problems, true);
    if (problems.empty()) return;
    result.scenario.Clear();
    result.errors = problems.take();
  }

  Error unknown_variant(const std::string& variant) const {
    return {.code = Code::not_found,
            .message = fmt::format("there is no variant '{}'", variant),
            .where = Span{.file = source_.name()},
            .hint = variants_.empty() ? "the scenario has no variants"
                                      : hint_for_unknown(variant, variants_, "there are")};
  }

  Source source_;
  Rules rules_;
  Problems problems_;
  Errors errors_;
  std::map<std::string, Design> designs_;
  std::vector<std::string> variants_;
};

ScenarioFile::ScenarioFile(std::string_view text, const std::string& name)
    : parts_(std::make_unique<Parts>(without_byte_order_mark(text), name)) {}
ScenarioFile::~ScenarioFile() = default;
ScenarioFile::ScenarioFile(ScenarioFile&&) noexcept = default;

const Errors& ScenarioFile::errors() const { return parts_->errors(); }
LoadResult ScenarioFile::load(const Selection& selection) { return parts_->load(selection); }

LoadResult load_scenario(const std::filesystem::path& path, const Selection& selection) {
  const Result<std::string> text = read_text_file(path);
  if (!text) return {.errors = {text.error()}};
  return load_scenario_text(*text, path.string(), selection);
}

LoadResult load_scenario_text(std::string_view text, const std::string& name,
                              const Selection& selection) {
  return ScenarioFile(text, name).load(selection);
}

}  // namespace chokepoint
