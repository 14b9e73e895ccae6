#include "cli/commands/run.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <optional>

#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/render/json.h"
#include "cli/render/timeline.h"
#include "cli/run_folder.h"
#include "cli/scenario_source.h"
#include "cli/shell.h"
#include "cli/signals.h"
#include "sim/run.h"

namespace chokepoint::cli {
namespace {

// When the simulator's engine starts, it takes SIGINT for itself. Interruptions wait until it runs,
// and are ours from then on.
class SignalsTakenBack {
 public:
  void take_back() {
    if (!held_) return;
    handle_signals();
    held_.reset();
  }

 private:
  std::optional<InterruptsHeld> held_{std::in_place};
};

v1::RunRecord simulate(const LoadResult& loaded, const RunArguments& arguments, const Io& io) {
  Progress progress(io.err, loaded.scenario.horizon());
  SignalsTakenBack signals;
  const auto on_progress = [&](double share) {
    signals.take_back();
    progress.show(share);
  };
  v1::RunRecord record = sim::run(loaded.scenario, {.seed = arguments.seed,
                                                    .circumstances_of = arguments.circumstances_of,
                                                    .variant = arguments.variant,
                                                    .overrides = arguments.overrides,
                                                    .digest = loaded.digest,
                                                    .progress = on_progress});
  signals.take_back();
  record.set_version(CHOKEPOINT_VERSION);
  record.set_reproduce(reproduce_command(arguments));
  return record;
}

Status write_files(RunFolder& folder, const v1::RunRecord& record, const std::string& path) {
  const std::vector<RunFile> files = files_of(record);
  if (Status written = folder.write(files); !written) return written;
  std::vector<std::string_view> names;
  for (const RunFile& file : files) names.push_back(file.name);
  spdlog::info("wrote {} to {}", fmt::join(names, ", "), path);
  return Ok{};
}

std::string shown(const v1::RunRecord& record, Output output, const Io& io) {
  switch (output) {
    case Output::timeline:
      return timeline(record, colour_for(io.out));
    case Output::json:
      return record_json(record);
  }
  return {};
}

}  // namespace

std::string reproduce_command(const RunArguments& arguments) {
  std::string command = fmt::format("chokepoint run {}", shell_quoted(arguments.file));
  if (!arguments.variant.empty()) command += " --variant " + shell_quoted(arguments.variant);
  command += fmt::format(" --seed {}", arguments.seed);
  if (arguments.circumstances_of) {
    command += fmt::format(" --circumstances-of {}", *arguments.circumstances_of);
  }
  for (const std::string& change : arguments.overrides) command += " --set " + shell_quoted(change);
  return command;
}

Exit run(const RunArguments& given, const Io& io) {
  RunArguments arguments = given;
  if (arguments.variant == "base") arguments.variant.clear();
  const LoadResult loaded =
      ScenarioSource(arguments.file, io)
          .load({.variant = arguments.variant, .overrides = arguments.overrides});
  if (!loaded.errors.empty()) return fail(io, loaded.errors);

  std::optional<RunFolder> folder;
  if (!arguments.folder.empty()) {
    Result<RunFolder> opened = RunFolder::open(arguments.folder, least_bytes(loaded.scenario));
    if (!opened) return fail(io, opened.error());
    folder.emplace(*std::move(opened));
  }

  const v1::RunRecord record = simulate(loaded, arguments, io);
  const Status written = folder ? write_files(*folder, record, arguments.folder) : Status(Ok{});
  const Status printed = print(io.out, shown(record, arguments.output, io));
  if (!written) return fail(io, written.error());
  if (!printed) return fail(io, printed.error());
  return exit_of(record.outcome());
}

}  // namespace chokepoint::cli
