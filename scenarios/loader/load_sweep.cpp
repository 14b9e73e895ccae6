#include "scenarios/loader/load_sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/base/nearest.h"
#include "scenarios/base/range.h"
#include "scenarios/base/sorted.h"
#include "scenarios/loader/digest.h"
#include "scenarios/loader/document.h"
#include "scenarios/loader/measure_bound.h"
#include "scenarios/loader/path.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/read_message.h"
#include "scenarios/loader/rules.h"
#include "scenarios/loader/sweep_points.h"
#include "scenarios/loader/text_file.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

constexpr std::uint64_t kPointsTried = 1000;

class SweepCheck {
 public:
  SweepCheck(v1::Sweep& sweep, ScenarioFile& file, const Node& tree, const Unread& unread,
             Problems& problems)
      : sweep_(sweep), file_(file), tree_(tree), unread_(unread), problems_(problems) {}

  // Mistakes of the scenario that have no place in the sweep.
  Errors run() {
    if (!designs()) return {};
    for (const std::string& name : sorted_names(sweep_.draw())) drawn(name);
    if (!unread_.empty() || !problems_.empty()) return {};
    if (!size()) return {};
    points();
    if (problems_.empty() && errors_.empty()) measures();
    return std::move(errors_);
  }

 private:
  void refuse(const Path& path, std::string message, std::string hint = "") {
    if (unread_.touches(path)) return;
    problems_.add({locate(tree_, v1::Sweep::descriptor(), path).value_at(), std::move(message),
                   std::move(hint)});
  }

  bool designs() {
    const Path root;
    const Path variants = root.field("variants");
    const LoadResult base = file_.load({});
    bool are_known = true;
    for (int i = 0; i < sweep_.variants_size(); ++i) {
      const std::string& name = sweep_.variants(i);
      const auto before = sweep_.variants().begin() + i;
      const Path place = variants.item(static_cast<std::size_t>(i));
      if (std::find(sweep_.variants().begin(), before, name) != before) {
        refuse(place, fmt::format("'{}' is there twice", name));
      }
      if (name == "base" || contains(base.variants, name)) continue;
      refuse(place, fmt::format("the scenario has no variant '{}'", name),
             hint_for_unknown(name, base.variants, "its variants are"));
      are_known = false;
    }
    return are_known;
  }

  void drawn(const std::string& name) {
    const v1::DrawnValue& one = sweep_.draw().at(name);
    const Path root;
    const Path draw = root.field("draw");
    const Path place = draw.field(name);
    if (one.range().empty() && one.one_of().empty()) {
      refuse(place, "nothing is said of what may be drawn",
             "write 'range: 10s..60s', or 'one_of: ' and a list");
      return;
    }
    if (one.range().empty()) return;
    if (const Result<Range> range = parse_range(one.range()); !range) {
      refuse(place.field("range"), fmt::format("'{}' {}", one.range(), range.error().message),
             "write FROM..TO, for example 10s..60s");
    }
  }

  bool size() {
    const Path root;
    if (const std::uint64_t points = count_points(sweep_); points > kMostPoints) {
      refuse(root.field("vary"), fmt::format("more than {} points", kMostPoints),
             "draw what need not be gone through value by value");
      return false;
    }
    if (count_runs(sweep_) > kMostRuns) {
      refuse(root.field("runs"), fmt::format("more than {} runs in all", kMostRuns));
      return false;
    }
    return true;
  }

  void points() {
    const std::uint64_t tried = std::min(count_points(sweep_), kPointsTried);
    for (std::uint64_t index = 0; index < tried; ++index) {
      const SweepPoint point = point_of(sweep_, index);
      const auto least = [](const std::string&) { return 0.0; };
      const LoadResult loaded =
          file_.load({.variant = point.variant, .overrides = changes_of(sweep_, point, least)});
      for (const Error& error : loaded.errors) report(error);
      if (index == 0) first_ = loaded.scenario;
      if (!errors_.empty()) return;
    }
  }

  // A mistake in a change stands where the sweep says it; any other where the scenario does.
  void report(const Error& error) {
    if (!error.where || error.where->file != "--set") {
      errors_.push_back(error);
      return;
    }
    const Path root;
    const Path set = root.field("set");
    for (int i = 0; i < sweep_.set_size(); ++i) {
      if (sweep_.set(i) != error.source_line) continue;
      refuse(set.item(static_cast<std::size_t>(i)), error.message, error.hint);
      return;
    }
    const Path vary = root.field("vary");
    for (const std::string& name : sorted_names(sweep_.vary())) {
      const Path axis = vary.field(name);
      if (report(error, sweep_.vary().at(name), axis)) return;
    }
    const Path draw = root.field("draw");
    for (const std::string& name : sorted_names(sweep_.draw())) {
      const v1::DrawnValue& one = sweep_.draw().at(name);
      const std::string least = value_at(one, 0);
      for (const std::string& path : one.set()) {
        if (path + "=" + least != error.source_line) continue;
        refuse(draw.field(name), fmt::format("{}: {}", error.source_line, error.message),
               error.hint);
        return;
      }
    }
  }

  bool report(const Error& error, const v1::Axis& axis, const Path& place) {
    const Path values = place.field("values");
    for (const std::string& path : axis.set()) {
      for (int i = 0; i < axis.values_size(); ++i) {
        if (path + "=" + axis.values(i) != error.source_line) continue;
        // A path that leads nowhere does so with each value.
        if (error.code == Code::not_found) {
          refuse(place.field("set"), error.message, error.hint);
        } else {
          refuse(values.item(static_cast<std::size_t>(i)), error.message, error.hint);
        }
        return true;
      }
    }
    return false;
  }

  void measures() {
    const Path root;
    const Path measures = root.field("measures");
    for (const std::string& name : sorted_names(sweep_.measures())) {
      const v1::MeasureBound& bound = sweep_.measures().at(name);
      measure(bound, measures.field(name));
    }
    if (!sweep_.measures().empty()) return;
    for (const std::string& capability : sorted_names(first_.capabilities())) {
      v1::MeasureBound& bound = (*sweep_.mutable_measures())[capability + "-outage"];
      bound.set_name("outage");
      bound.set_capability(capability);
    }
  }

  void measure(const v1::MeasureBound& bound, const Path& place) {
    for (const BoundMistake& mistake : mistakes_of(bound)) {
      refuse(place.field(mistake.field), mistake.message, mistake.hint);
    }
    const std::string_view scope = scope_of(bound);
    const std::vector<std::string> names = names_of(scope);
    if (names.empty() || contains(names, subject_of(bound))) return;
    refuse(place.field(scope), fmt::format("the scenario has no {} '{}'", scope, subject_of(bound)),
           hint_for_unknown(subject_of(bound), names, "there are"));
  }

  std::vector<std::string> names_of(std::string_view scope) const {
    if (scope == "capability") return sorted_names(first_.capabilities());
    if (scope == "component") return sorted_names(first_.components());
    if (scope == "users") return sorted_names(first_.users());
    return {};  // places are named by any part of their way
  }

  v1::Sweep& sweep_;
  ScenarioFile& file_;
  const Node& tree_;
  const Unread& unread_;
  Problems& problems_;
  v1::Scenario first_;  // of the first point
  Errors errors_;
};

}  // namespace

LoadedSweep load_sweep(const std::filesystem::path& path) {
  LoadedSweep loaded;
  const Result<std::string> text = read_text_file(path);
  if (!text) return {.errors = {text.error()}};
  const Source source(path.string(), std::string(without_byte_order_mark(*text)), 0);
  Problems problems;
  const NodePtr root = parse_document(source, problems);
  if (root != nullptr && root->kind != Node::Kind::map) {
    problems.add({root->at, "a sweep is a mapping", "begin with 'sweep: its-name'"});
  }
  if (root == nullptr || !problems.empty()) return {.errors = problems.take()};

  Rules rules;
  Unread unread;
  read_message(*root, loaded.sweep, rules, problems, unread);
  if (loaded.sweep.scenario().empty()) return {.errors = problems.take()};
  const std::filesystem::path scenario = path.parent_path() / loaded.sweep.scenario();
  const Result<std::string> scenario_text = read_text_file(scenario);
  if (!scenario_text) {
    const Path top;
    const Path place = top.field("scenario");
    problems.add({locate(*root, v1::Sweep::descriptor(), place).value_at(),
                  fmt::format("{}: {}", scenario.string(), scenario_text.error().message),
                  "the path begins at the folder of this file", scenario_text.error().code});
    return {.errors = problems.take()};
  }
  loaded.scenario_text = *scenario_text;
  ScenarioFile& file = loaded.scenario.emplace(*scenario_text, scenario.string());
  if (!file.errors().empty()) return {.errors = file.errors()};
  loaded.errors = SweepCheck(loaded.sweep, file, *root, unread, problems).run();
  if (!problems.empty()) loaded.errors = problems.take();
  if (loaded.errors.empty()) loaded.digest = digest_of(loaded.sweep, loaded.scenario_text);
  return loaded;
}

}  // namespace chokepoint
