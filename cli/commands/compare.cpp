#include "cli/commands/compare.h"

#include <algorithm>
#include <thread>

#include "cli/fail.h"
#include "cli/game_day_files.h"
#include "cli/render/comparison.h"
#include "cli/render/json.h"
#include "cli/render/observed.h"
#include "cli/scenario_source.h"
#include "sim/run.h"

namespace chokepoint::cli {
namespace {

using Records = std::vector<v1::RunRecord>;

RunArguments run_of(const CompareArguments& arguments, const std::string& variant) {
  return {.file = arguments.file,
          .variant = variant == "base" ? "" : variant,
          .overrides = arguments.overrides,
          .seed = arguments.seed};
}

sim::Job job_of(const RunArguments& arguments, LoadResult loaded) {
  return {.scenario = std::move(loaded.scenario),
          .options = {.seed = arguments.seed,
                      .variant = arguments.variant,
                      .overrides = arguments.overrides,
                      .digest = std::move(loaded.digest)}};
}

std::string shown(const Records& records, Output output, const Io& io) {
  switch (output) {
    case Output::timeline:
      return comparison(records, colour_for(io.out));
    case Output::json:
      return records_json(records);
  }
  return {};
}

Exit worst_of(const Records& records) {
  Exit worst = Exit::held;
  for (const v1::RunRecord& record : records) worst = std::max(worst, exit_of(record.outcome()));
  return worst;
}

Exit compare_game_day(const CompareArguments& arguments, const Io& io) {
  if (!arguments.variants.empty() || !arguments.overrides.empty()) {
    return fail(io, Error{.message = "--variant and --set choose designs, and a game day has one",
                          .hint = "leave them away: the record says which it was"});
  }
  const Result<Predicted> predicted = predicted_in(arguments.file);
  if (!predicted) return fail(io, predicted.error());
  const Result<v1::RunRecord> record = record_in(arguments.game_day);
  if (!record) return fail(io, record.error());
  if (Status same = controller::check_same_design(predicted->prediction, *record); !same) {
    return fail(io, same.error());
  }
  const v1::Comparison comparison =
      controller::compare_with_game_day(predicted->prediction, *record, predicted->needed);
  const std::string text = arguments.output == Output::json
                               ? message_json(comparison)
                               : observed(comparison, *record, colour_for(io.out));
  if (Status printed = print(io.out, text); !printed) return fail(io, printed.error());
  if (!comparison.is_whole()) return std::max(Exit::aborted, exit_of(record->outcome()));
  return comparison.is_inside() ? Exit::held : Exit::deviated;
}

}  // namespace

Exit compare(const CompareArguments& arguments, const Io& io) {
  if (!arguments.game_day.empty()) return compare_game_day(arguments, io);
  const ScenarioSource source(arguments.file, io);
  std::vector<std::string> variants = arguments.variants;
  if (variants.empty()) {
    const LoadResult base = source.load({.overrides = arguments.overrides});
    if (!base.errors.empty()) return fail(io, base.errors);
    variants = base.variants;
    variants.insert(variants.begin(), "base");
  }

  std::vector<sim::Job> jobs;
  for (const std::string& variant : variants) {
    const RunArguments run = run_of(arguments, variant);
    LoadResult loaded = source.load({.variant = run.variant, .overrides = run.overrides});
    if (!loaded.errors.empty()) return fail(io, loaded.errors);
    jobs.push_back(job_of(run, std::move(loaded)));
  }

  Records records;
  const unsigned workers = std::max(1U, std::thread::hardware_concurrency());
  for (Result<v1::RunRecord>& result : sim::run_forked(jobs, workers)) {
    if (!result) return fail(io, result.error());
    result->set_version(CHOKEPOINT_VERSION);
    result->set_reproduce(reproduce_command(run_of(arguments, variants[records.size()])));
    records.push_back(*std::move(result));
  }
  if (Status printed = print(io.out, shown(records, arguments.output, io)); !printed) {
    return fail(io, printed.error());
  }
  return worst_of(records);
}

}  // namespace chokepoint::cli
