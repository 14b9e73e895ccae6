#include "cli/commands/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "cli/fail.h"
#include "cli/game_day_files.h"
#include "cli/render/calibration.h"
#include "cli/render/json.h"
#include "cli/tries.h"
#include "cli/unfinished_file.h"
#include "controller/calibrate/calibrate.h"
#include "controller/calibrate/new_design.h"
#include "scenarios/loader/load.h"
#include "scenarios/loader/text_file.h"
#include "sim/run.h"

namespace chokepoint::cli {
namespace {

using controller::Calibrated;
using controller::Calibrating;
using controller::Runs;

// A variant with its overrides: what is simulated for a record.
struct Design {
  std::string variant;
  std::vector<std::string> overrides;
  std::optional<std::uint64_t> circumstances_of = {};

  bool operator==(const Design&) const = default;
};

Design design_of(const v1::RunRecord& record) {
  Design design{record.variant(), {record.overrides().begin(), record.overrides().end()}};
  if (record.has_game_day()) design.circumstances_of = record.seed();
  if (record.has_circumstances_of()) design.circumstances_of = record.circumstances_of();
  return design;
}

class Calibration {
 public:
  Calibration(const CalibrateArguments& arguments, const Io& io)
      : arguments_(arguments), io_(io), tries_(io.err) {}

  Exit go() {
    if (const Exit read = read_all_files(); read != Exit::held) return read;
    if (Status room = make_room(); !room) return fail(io_, room.error());
    calibrating_.simulate = [this](const std::vector<std::string>& changes) {
      return simulate({designs_.begin(), designs_.begin() + recorded_}, changes);
    };
    calibrating_.progress = [this](std::size_t count, double best) { tries_->show(count, best); };
    Result<Calibrated> calibrated = controller::calibrate(calibrating_);
    tries_.reset();
    if (!calibrated) return fail(io_, calibrated.error());
    complete(*calibrated);
    const auto runs = simulate({designs_[target_]}, calibrated->changes);
    if (!runs) return fail(io_, runs.error());
    if (!*runs) {
      return fail(io_, load(designs_[target_], calibrated->changes).errors);
    }
    return hand_over(*calibrated, runs->value().front());
  }

 private:
  Exit read_all_files() {
    Result<std::string> text = read_text_file(arguments_.file);
    if (!text) return fail(io_, Errors{text.error()});
    text_ = *std::move(text);
    for (const std::string& path : arguments_.game_days) {
      Result<v1::RunRecord> record = record_in(path);
      if (!record) return fail(io_, record.error());
      calibrating_.records.push_back(*std::move(record));
    }
    if (const Exit chosen = choose_designs(); chosen != Exit::held) return chosen;
    return read_parameters();
  }

  // What would fail in the end fails before the search.
  Status make_room() {
    const NewVariant empty{.name = arguments_.name, .of = of_};
    if (arguments_.out.empty()) {
      const Result<std::string> text = text_of_variant(text_, empty);
      return text ? Status(Ok{}) : Status(text.error());
    }
    if (const Result<std::string> text = with_variant(text_, empty); !text) return text.error();
    Result<UnfinishedFile> file = UnfinishedFile::create(arguments_.out);
    if (!file) return file.error();
    file_.emplace(*std::move(file));
    return Ok{};
  }

  LoadResult load(const Design& design, const std::vector<std::string>& changes) const {
    Selection selection{.variant = design.variant, .overrides = design.overrides};
    selection.overrides.insert(selection.overrides.end(), changes.begin(), changes.end());
    return load_scenario_text(text_, arguments_.file, selection);
  }

  // Those of the records, and the one that the new variant is a copy of.
  Exit choose_designs() {
    for (const v1::RunRecord& record : calibrating_.records) {
      calibrating_.designs.push_back(number_of(design_of(record)));
    }
    const std::string& common = calibrating_.records.front().variant();
    const bool is_common =
        std::all_of(calibrating_.records.begin(), calibrating_.records.end(),
                    [&](const v1::RunRecord& one) { return one.variant() == common; });
    of_ = arguments_.variant == "base" ? "" : arguments_.variant;
    if (arguments_.variant.empty() && is_common) of_ = common;
    recorded_ = static_cast<std::ptrdiff_t>(designs_.size());
    target_ = number_of({of_, {}, designs_.front().circumstances_of});
    for (const Design& design : designs_) {
      const LoadResult loaded = load(design, {});
      if (!loaded.errors.empty()) return fail(io_, loaded.errors);
      scenario_ = loaded.scenario.scenario();
      digests_.push_back(loaded.digest);
    }
    return check_records();
  }

  std::size_t number_of(const Design& design) {
    const auto found = std::find(designs_.begin(), designs_.end(), design);
    if (found != designs_.end()) return static_cast<std::size_t>(found - designs_.begin());
    designs_.push_back(design);
    return designs_.size() - 1;
  }

  Exit check_records() {
    for (std::size_t i = 0; i < calibrating_.records.size(); ++i) {
      const v1::RunRecord& record = calibrating_.records[i];
      const std::string& path = arguments_.game_days[i];
      if (record.scenario() != scenario_) {
        return fail(io_,
                    Error{.message = fmt::format("{} is of '{}', and {} is '{}'", path,
                                                 record.scenario(), arguments_.file, scenario_),
                          .hint = "name records of this scenario"});
      }
      if (record.outcome() != v1::OUTCOME_HELD && record.outcome() != v1::OUTCOME_DEVIATED) {
        return fail(io_, Error{.message = fmt::format("{} did not come to its end: {}", path,
                                                      record.game_day().ended()),
                               .hint = "what it did not see cannot be fitted to; leave it away"});
      }
      if (record.digest() != digests_[calibrating_.designs[i]]) {
        (void)print(io_.err, fmt::format("warning: the scenario is not the one of {} any more; it "
                                         "is fitted as it is now\n",
                                         path));
      }
    }
    return Exit::held;
  }

  Exit read_parameters() {
    if (arguments_.free.size() > controller::kMostParameters) {
      return fail(io_,
                  Error{.message = fmt::format("{} parameters are too many to tell apart",
                                               arguments_.free.size()),
                        .hint = fmt::format("leave at most {} free", controller::kMostParameters)});
    }
    std::set<std::string> paths;
    const LoadResult present = load(designs_[target_], {});
    for (const std::string& text : arguments_.free) {
      const Result<controller::FreeParameter> parameter = controller::parse_parameter(text);
      if (!parameter) return fail(io_, parameter.error());
      if (!paths.insert(parameter->path).second) {
        return fail(io_,
                    Error{.message = fmt::format("--free: '{}' is there twice", parameter->path)});
      }
      // One end may be impossible by itself, or need another parameter to move with it.
      LoadResult low =
          load(designs_[target_],
               {fmt::format("{}={}", parameter->path, value_at(parameter->range, 0))});
      const LoadResult high =
          load(designs_[target_],
               {fmt::format("{}={}", parameter->path, value_at(parameter->range, 1))});
      if (!low.errors.empty() && !high.errors.empty()) return fail(io_, low.errors);
      calibrating_.before.push_back(controller::number_at(present.scenario, parameter->path));
      calibrating_.parameters.push_back(*parameter);
    }
    return Exit::held;
  }

  // The runs of each design; nothing when with these changes one is no scenario.
  Result<std::optional<std::vector<Runs>>> simulate(const std::vector<Design>& designs,
                                                    const std::vector<std::string>& changes) {
    std::vector<sim::Job> jobs;
    for (const Design& design : designs) {
      const LoadResult loaded = load(design, changes);
      if (!loaded.errors.empty()) return std::optional<std::vector<Runs>>();
      for (std::uint32_t i = 0; i < arguments_.seeds; ++i) {
        jobs.push_back({.scenario = loaded.scenario,
                        .options = {.seed = arguments_.seed + i,
                                    .circumstances_of = design.circumstances_of,
                                    .variant = design.variant,
                                    .overrides = design.overrides,
                                    .digest = loaded.digest}});
      }
    }
    std::vector<Runs> all(designs.size());
    std::size_t number = 0;
    const unsigned workers = std::max(1U, std::thread::hardware_concurrency());
    for (Result<v1::RunRecord>& record : sim::run_forked(jobs, workers)) {
      if (!record) return record.error();
      all[number++ / arguments_.seeds].push_back(*std::move(record));
    }
    return std::optional(std::move(all));
  }

  void complete(Calibrated& calibrated) const {
    v1::Calibration& calibration = calibrated.calibration;
    calibration.set_scenario(scenario_);
    calibration.set_variant(of_);
    for (const v1::RunRecord& record : calibrating_.records) {
      if (record.has_game_day()) calibration.add_game_days(record.game_day().id());
    }
    calibration.set_first_seed(arguments_.seed);
    calibration.set_seeds(arguments_.seeds);
  }

  Exit hand_over(const Calibrated& calibrated, const Runs& runs) {
    if (calibrated.is_exhausted) {
      (void)print(io_.err, "warning: the search was cut off; more may fit than is said\n");
    }
    const NewVariant variant = controller::variant_of({.calibrated = calibrated,
                                                       .calibrating = calibrating_,
                                                       .name = arguments_.name,
                                                       .of = of_,
                                                       .runs = runs,
                                                       .design = target_});
    std::string shown = arguments_.output == Output::json
                            ? message_json(calibrated.calibration)
                            : calibration(calibrated.calibration, colour_for(io_.out));
    if (file_) {
      const Result<std::string> whole = with_variant(text_, variant);
      if (!whole) return fail(io_, whole.error());
      if (Status written = write(*whole); !written) return fail(io_, written.error());
    } else if (arguments_.output != Output::json) {
      const Result<std::string> text = text_of_variant(text_, variant);
      if (!text) return fail(io_, text.error());
      shown += "\n" + *text;
    }
    if (Status printed = print(io_.out, shown); !printed) return fail(io_, printed.error());
    const auto& days = calibrated.calibration.after();
    const bool are_inside = std::all_of(days.begin(), days.end(),
                                        [](const v1::Comparison& one) { return one.is_inside(); });
    return are_inside ? Exit::held : Exit::deviated;
  }

  Status write(const std::string& text) {
    if (Status written = file_->write(text); !written) return written;
    return file_->finish();
  }

  const CalibrateArguments& arguments_;
  const Io& io_;
  std::optional<Tries> tries_;
  std::optional<UnfinishedFile> file_;  // for the scenario with the new variant
  std::string text_;                    // of the scenario
  std::string scenario_;                // its name
  Calibrating calibrating_;
  std::vector<Design> designs_;
  std::ptrdiff_t recorded_ = 0;  // how many of them, from the first on, there are records of
  std::vector<std::string> digests_;
  std::string of_;          // the variant that the new one is a copy of
  std::size_t target_ = 0;  // the same, of the designs
};

}  // namespace

Exit calibrate(const CalibrateArguments& arguments, const Io& io) {
  return Calibration(arguments, io).go();
}

}  // namespace chokepoint::cli
