#include "cli/commands/sweep.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "cli/counted.h"
#include "cli/fail.h"
#include "cli/render/csv.h"
#include "cli/render/json.h"
#include "cli/render/reading.h"
#include "cli/render/sweep.h"
#include "cli/shell.h"
#include "cli/sweep_folder.h"
#include "scenarios/base/quantity.h"
#include "scenarios/loader/load_sweep.h"
#include "scenarios/loader/sweep_points.h"
#include "sim/sweep/run_shard.h"
#include "sim/sweep/summary.h"

namespace chokepoint::cli {
namespace {

std::string count(std::uint64_t number) {
  return reading(static_cast<double>(number), v1::UNIT_NONE);
}

unsigned workers_of(const SweepArguments& arguments) {
  return arguments.workers > 0 ? arguments.workers
                               : std::max(1U, std::thread::hardware_concurrency());
}

Exit show(const SweepFolder& folder, const SweepArguments& arguments, const Io& io) {
  const Result<std::vector<v1::SweepShard>> shards = folder.shards();
  if (!shards) return fail(io, shards.error());
  const v1::SweepReport report = sim::summary_of(folder.what().sweep(), *shards);
  std::string text;
  if (arguments.is_csv) {
    text = sweep_csv(
        folder.what().sweep(), *shards,
        [](std::uint64_t seed, const std::string& name) { return sim::drawn_share(seed, name); });
  } else if (arguments.output == Output::json) {
    text = message_json(report);
  } else {
    text = sweep(report, folder.what().sweep(), colour_for(io.out));
  }
  if (Status printed = print(io.out, text); !printed) return fail(io, printed.error());
  return report.runs_failed() == 0 ? Exit::held : Exit::aborted;
}

// Does the shards one after the other; each uses all workers.
class Shards {
 public:
  Shards(LoadedSweep& loaded, const SweepArguments& arguments, const Io& io)
      : loaded_(loaded), arguments_(arguments), io_(io) {}

  Exit go() {
    const std::uint64_t all = count_shards(loaded_.sweep);
    if (arguments_.shard && *arguments_.shard >= all) {
      return fail(io_, Error{.code = Code::not_found,
                             .message = fmt::format("there is no shard {}", *arguments_.shard),
                             .hint = fmt::format("they are 0 to {}", all - 1)});
    }
    v1::SweepFolder what;
    what.set_digest(loaded_.digest);
    what.set_version(CHOKEPOINT_VERSION);
    *what.mutable_sweep() = loaded_.sweep;
    what.set_scenario_text(loaded_.scenario_text);
    const Result<SweepFolder> folder = SweepFolder::open(arguments_.folder, what);
    if (!folder) return fail(io_, folder.error());
    const std::uint64_t first = arguments_.shard.value_or(0);
    const std::uint64_t end = arguments_.shard ? first + 1 : all;
    if (const Exit done = work(*folder, first, end); done != Exit::held) return done;
    if (!arguments_.shard) return show(*folder, arguments_, io_);
    spdlog::info("shard {} of {} is in {}", first, all, arguments_.folder);
    return Exit::held;
  }

 private:
  Exit work(const SweepFolder& folder, std::uint64_t first, std::uint64_t end) {
    const std::uint64_t size = loaded_.sweep.shard_runs();
    const std::uint64_t runs = std::min(count_runs(loaded_.sweep), end * size) - first * size;
    Counted counted(io_.err);
    for (std::uint64_t shard = first; shard < end; ++shard) {
      if (folder.has(shard) && !arguments_.is_repeated) continue;
      const auto result = sim::run_shard(loaded_.sweep, loaded_.digest, *loaded_.scenario, shard,
                                         {.workers = workers_of(arguments_),
                                          .version = CHOKEPOINT_VERSION,
                                          .progress = [&](std::uint64_t done) {
                                            counted.show((shard - first) * size + done, runs);
                                          }});
      if (Status written = folder.write(result); !written) return fail(io_, written.error());
    }
    return Exit::held;
  }

  LoadedSweep& loaded_;
  const SweepArguments& arguments_;
  const Io& io_;
};

}  // namespace

Exit sweep_plan(const SweepArguments& arguments, const Io& io) {
  LoadedSweep loaded = load_sweep(arguments.file);
  if (!loaded.errors.empty()) return fail(io, loaded.errors);
  v1::Sweep one = loaded.sweep;
  one.set_shard_runs(1);
  const auto begun = std::chrono::steady_clock::now();
  const auto tried = sim::run_shard(one, loaded.digest, *loaded.scenario, 0, {});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (!tried.runs(0).error().empty()) {
    return fail(
        io, Error{.code = Code::unavailable, .message = "the first run " + tried.runs(0).error()});
  }
  const unsigned workers = workers_of(arguments);
  const double seconds = took.count() * static_cast<double>(count_runs(loaded.sweep)) / workers;
  const std::string text = fmt::format(
      "{} points of {} runs each: {} runs in {} shards\n"
      "a run took {}: about {} for all of them on {} workers here\n\n"
      "here:          chokepoint sweep run {} --out FOLDER\n"
      "one by one:    chokepoint sweep run {} --out FOLDER --shard 0   (to {}; docs/sweeps.md: "
      "many "
      "machines)\n",
      count(count_points(loaded.sweep)), count(loaded.sweep.runs()),
      count(count_runs(loaded.sweep)), count(count_shards(loaded.sweep)),
      format_quantity(took.count(), v1::UNIT_DURATION), format_duration(std::ceil(seconds)),
      workers, shell_quoted(arguments.file), shell_quoted(arguments.file),
      count_shards(loaded.sweep) - 1);
  if (Status printed = print(io.out, text); !printed) return fail(io, printed.error());
  return Exit::held;
}

Exit sweep_run(const SweepArguments& arguments, const Io& io) {
  LoadedSweep loaded = load_sweep(arguments.file);
  if (!loaded.errors.empty()) return fail(io, loaded.errors);
  return Shards(loaded, arguments, io).go();
}

Exit sweep_report(const SweepArguments& arguments, const Io& io) {
  const Result<SweepFolder> folder = SweepFolder::read(arguments.folder);
  if (!folder) return fail(io, folder.error());
  return show(*folder, arguments, io);
}

}  // namespace chokepoint::cli
