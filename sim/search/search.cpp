#include "sim/search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "scenarios/base/nearest.h"
#include "scenarios/base/quantity.h"
#include "scenarios/base/sorted.h"
#include "sim/in_children.h"
#include "sim/run.h"
#include "sim/search/suspects.h"

namespace chokepoint::sim {
namespace {

constexpr double kLatest = 600;  // seconds at which suspects fail, or a tenth of the horizon

using Indices = std::vector<std::size_t>;  // of suspects, rising

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

v1::SearchRun outages_of(const v1::RunRecord& record) {
  std::map<std::string, v1::SearchOutage> longest;
  for (const v1::Interval& interval : record.intervals()) {
    if (interval.scope() != "capability" || interval.state() != "down") continue;
    v1::SearchOutage& outage = longest[interval.subject()];
    const bool is_first = outage.capability().empty();
    outage.set_capability(interval.subject());
    if (is_first) outage.set_onset_s(interval.from_s());
    if (interval.to_s() >= record.horizon_s()) outage.set_is_lasting(true);
    if (interval.to_s() - interval.from_s() <= outage.longest_s()) continue;
    outage.set_longest_s(interval.to_s() - interval.from_s());
    outage.set_cause(interval.cause());
  }
  v1::SearchRun run;
  for (auto& [name, outage] : longest) *run.add_outages() = std::move(outage);
  return run;
}

class Searching {
 public:
  Searching(const v1::Scenario& scenario, const SearchOptions& options)
      : scenario_(scenario),
        options_(options),
        at_(std::min(kLatest, scenario.horizon() / 10)),
        names_(options.capabilities) {}

  Result<v1::SearchReport> go() {
    if (Status right = choose(); !right) return right.error();
    if (Status up = look_at_nothing_failing(); !up) return up.error();
    for (std::uint32_t size = 1; size <= options_.most; ++size) {
      const std::vector<Indices> sets = sets_of(size);
      const std::uint64_t runs = sets.size() * options_.seeds;
      if (report_.runs() + runs > options_.most_runs) {
        report_.set_runs_left_out(runs);
        break;
      }
      if (Status tried = run_all(sets); !tried) return tried.error();
      report_.set_searched_size(size);
    }
    return finish();
  }

 private:
  Status choose() {
    const std::vector<std::string> known = sorted_names(scenario_.capabilities());
    if (known.empty()) {
      return Error{.code = Code::not_found,
                   .message = "the scenario has no capabilities, so nothing can be taken down",
                   .hint = "write what users can do under 'capabilities'"};
    }
    for (const std::string& name : names_) {
      if (is_among(known, name)) continue;
      return Error{.code = Code::not_found,
                   .message = fmt::format("there is no capability '{}'", name),
                   .hint = hint_for_unknown(name, known, "there are")};
    }
    if (names_.empty()) names_ = known;
    suspects_ = suspects_of(scenario_);
    std::vector<std::string> all;
    for (const v1::Suspect& one : suspects_) all.push_back(one.name());
    for (const std::string& name : options_.without) {
      if (!is_among(all, name)) {
        return Error{.code = Code::not_found,
                     .message = fmt::format("nothing called '{}' could fail", name),
                     .hint = hint_for_unknown(name, all, "there are")};
      }
      std::erase_if(suspects_, [&](const v1::Suspect& one) { return one.name() == name; });
    }
    return Ok{};
  }

  Status look_at_nothing_failing() {
    if (Status tried = run_all({{}}); !tried) return tried;
    for (const std::string& name : names_) {
      const auto found = found_.find(name);
      if (found == found_.end()) continue;
      return Error{
          .code = Code::conflict,
          .message = fmt::format("'{}' is down for {} although nothing fails", name,
                                 format_duration(found->second.front().cut.longest_outage_s())),
          .hint = "let longer outages pass, or mend the scenario: what is broken has no cut sets"};
    }
    return Ok{};
  }

  // Those that may still tell something of some capability.
  std::vector<Indices> sets_of(std::size_t size) const {
    std::vector<Indices> sets;
    Indices set;
    extend(set, 0, size, sets);
    return sets;
  }

  void extend(Indices& set, std::size_t from, std::size_t size, std::vector<Indices>& sets) const {
    if (set.size() == size) {
      const bool tells = std::any_of(names_.begin(), names_.end(),
                                     [&](const std::string& name) { return !is_known(name, set); });
      if (tells) sets.push_back(set);
      return;
    }
    for (std::size_t next = from; next < suspects_.size(); ++next) {
      const bool is_double = std::any_of(set.begin(), set.end(), [&](std::size_t other) {
        return is_part_of(suspects_[next], suspects_[other]) ||
               is_part_of(suspects_[other], suspects_[next]);
      });
      if (is_double) continue;
      set.push_back(next);
      extend(set, next + 1, size, sets);
      set.pop_back();
    }
  }

  // Whether a part of the set, or all of it, takes the capability down already.
  bool is_known(const std::string& name, const Indices& set) const {
    const auto found = found_.find(name);
    if (found == found_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const Found& one) {
      return std::includes(set.begin(), set.end(), one.set.begin(), one.set.end());
    });
  }

  Status run_all(const std::vector<Indices>& sets) {
    const std::uint64_t before = report_.runs();
    const std::uint64_t count = sets.size() * options_.seeds;
    const auto work = [&](std::size_t index) {
      const Indices& set = sets[index / options_.seeds];
      std::vector<v1::Suspect> failed;
      for (const std::size_t i : set) failed.push_back(suspects_[i]);
      const std::uint64_t seed = options_.seed + index % options_.seeds;
      return outages_of(run(failing(scenario_, failed, at_), {.seed = seed})).SerializeAsString();
    };
    std::optional<Error> broken;
    std::map<std::string, v1::CutSet> cuts;  // of the set that is at work
    in_children(count, options_.workers, work, [&](std::size_t index, Result<std::string> bytes) {
      v1::SearchRun found;
      if (!bytes || !found.ParseFromString(*bytes)) {
        broken = Error{.code = Code::unavailable,
                       .message = fmt::format("a run of {} with seed {} {}",
                                              text_of(sets[index / options_.seeds]),
                                              options_.seed + index % options_.seeds,
                                              bytes ? "left no result" : bytes.error().message)};
        return false;
      }
      for (const v1::SearchOutage& outage : found.outages()) note(outage, cuts);
      if ((index + 1) % options_.seeds == 0) {
        keep(sets[index / options_.seeds], cuts);
        cuts.clear();
      }
      report_.set_runs(before + index + 1);
      if (options_.progress) options_.progress(report_.runs(), before + count);
      return true;
    });
    if (broken) return *broken;
    return Ok{};
  }

  void note(const v1::SearchOutage& outage, std::map<std::string, v1::CutSet>& cuts) const {
    if (outage.longest_s() <= options_.let_pass) return;
    v1::CutSet& cut = cuts[outage.capability()];
    cut.set_runs_down(cut.runs_down() + 1);
    if (outage.longest_s() <= cut.longest_outage_s()) return;
    cut.set_longest_outage_s(outage.longest_s());
    cut.set_onset_s(outage.onset_s());
    cut.set_cause(outage.cause());
    cut.set_is_lasting(outage.is_lasting());
  }

  void keep(const Indices& set, const std::map<std::string, v1::CutSet>& cuts) {
    for (const auto& [name, cut] : cuts) {
      if (!is_among(names_, name) || is_known(name, set)) continue;
      Found found{set, cut};
      for (const std::size_t i : set) *found.cut.add_suspects() = suspects_[i];
      found_[name].push_back(std::move(found));
    }
  }

  std::string text_of(const Indices& set) const {
    std::string text;
    for (const std::size_t i : set) {
      text += (text.empty() ? "" : ", ") + suspects_[i].kind() + " " + suspects_[i].name();
    }
    return text.empty() ? "nothing" : text;
  }

  v1::SearchReport finish() {
    report_.set_scenario(scenario_.scenario());
    report_.set_let_pass_s(options_.let_pass);
    report_.set_seed(options_.seed);
    report_.set_seeds(options_.seeds);
    report_.set_at_s(at_);
    for (const v1::Suspect& one : suspects_) *report_.add_suspects() = one;
    for (const std::string& name : names_) {
      v1::CapabilityCuts& cuts = *report_.add_capabilities();
      cuts.set_capability(name);
      for (const Found& found : found_[name]) *cuts.add_sets() = found.cut;
    }
    return std::move(report_);
  }

  struct Found {
    Indices set;
    v1::CutSet cut;
  };

  const v1::Scenario& scenario_;
  const SearchOptions& options_;
  const double at_;
  std::vector<std::string> names_;  // of the capabilities
  std::vector<v1::Suspect> suspects_;
  std::map<std::string, std::vector<Found>> found_;
  v1::SearchReport report_;
};

}  // namespace

Result<v1::SearchReport> search(const v1::Scenario& scenario, const SearchOptions& options) {
  return Searching(scenario, options).go();
}

}  // namespace chokepoint::sim
