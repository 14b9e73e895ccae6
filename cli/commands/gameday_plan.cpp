#include "cli/commands/gameday_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <thread>

#include "cli/fail.h"
#include "cli/render/gameday_plan.h"
#include "cli/render/json.h"
#include "cli/unfinished_file.h"
#include "controller/plan/make_plan.h"
#include "scenarios/base/wall_clock.h"
#include "scenarios/loader/load_deployment.h"
#include "scenarios/loader/text_file.h"
#include "sim/run.h"

namespace chokepoint::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<v1::RunRecord>> predictions(const GameDayPlanArguments& arguments,
                                               const LoadResult& loaded) {
  std::vector<sim::Job> jobs;
  for (std::uint32_t i = 0; i < arguments.seeds; ++i) {
    jobs.push_back({.scenario = loaded.scenario,
                    .options = {.seed = arguments.seed + i,
                                .circumstances_of = arguments.seed,
                                .variant = arguments.variant == "base" ? "" : arguments.variant,
                                .overrides = arguments.overrides,
                                .digest = loaded.digest}});
  }
  std::vector<v1::RunRecord> records;
  const unsigned workers = std::max(1U, std::thread::hardware_concurrency());
  for (Result<v1::RunRecord>& record : sim::run_forked(jobs, workers)) {
    if (!record) return record.error();
    records.push_back(*std::move(record));
  }
  return records;
}

// A plan that something stands against is not written: nobody could start it.
Status write_plan(const v1::GameDayPlan& plan, const std::vector<Error>& against,
                  const std::string& path) {
  if (path.empty() || !against.empty()) return Ok{};
  Result<UnfinishedFile> file = UnfinishedFile::create(path);
  if (!file) return file.error();
  if (Status written = file->write(plan_json(plan)); !written) return written;
  return file->finish();
}

std::string shown(const v1::GameDayPlan& plan, Output output, const Io& io) {
  switch (output) {
    case Output::timeline:
      return gameday_plan(plan, colour_for(io.out));
    case Output::json:
      return plan_json(plan);
  }
  return {};
}

}  // namespace

Result<double> pace_of(const std::string& text) {
  const std::string number = text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
  double pace = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), pace);
  if (read.ec == std::errc() && read.ptr == number.data() + number.size() && pace > 0 &&
      pace <= 1e6) {
    return pace;
  }
  return Error{.message = fmt::format("--pace: '{}' is no pace", text),
               .hint = "write 60x: a minute of the scenario passes in a second"};
}

Exit gameday_plan(const GameDayPlanArguments& arguments, const Io& io) {
  const std::string variant = arguments.variant == "base" ? "" : arguments.variant;
  const Result<std::string> text = read_text_file(arguments.file);
  if (!text) return fail(io, Errors{text.error()});
  const LoadResult loaded = load_scenario_text(
      *text, arguments.file, {.variant = variant, .overrides = arguments.overrides});
  if (!loaded.errors.empty()) return fail(io, loaded.errors);
  const LoadedDeployment bound = load_deployment(arguments.deployment, loaded.scenario);
  if (!bound.errors.empty()) return fail(io, bound.errors);

  const Result<std::vector<v1::RunRecord>> records = predictions(arguments, loaded);
  if (!records) return fail(io, records.error());
  v1::GameDayPlan plan = controller::make_plan({.scenario = loaded.scenario,
                                                .predictions = *records,
                                                .deployment = bound.deployment,
                                                .scenario_text = *text,
                                                .deployment_text = bound.text,
                                                .pace = arguments.pace,
                                                .now = seconds_since_1970()});
  plan.set_scenario_file(fs::absolute(arguments.file).lexically_normal());
  plan.set_deployment_file(fs::absolute(arguments.deployment).lexically_normal());
  const std::vector<Error> against = controller::objections(plan);
  if (Status written = write_plan(plan, against, arguments.out); !written) {
    return fail(io, written.error());
  }
  if (Status printed = print(io.out, shown(plan, arguments.output, io)); !printed) {
    return fail(io, printed.error());
  }
  return against.empty() ? Exit::held : fail(io, against);
}

}  // namespace chokepoint::cli
