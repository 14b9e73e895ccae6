#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "agents/faults/driver.h"
#include "agents/faults/process_stop.h"
#include "agents/system/clock.h"
#include "agents/system/failure.h"
#include "agents/system/loaded.h"
#include "agents/system/process.h"
#include "agents/system/replace_file.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

// Seconds; negative for a clock that is behind.
double ahead_of(const v1::ProcessClock& fault) {
  return fault.offset_case() == v1::ProcessClock::kBehind ? -fault.behind() : fault.ahead();
}

std::string in_words(double ahead) {
  return fmt::format("a clock {} {}", format_quantity(std::abs(ahead), v1::UNIT_DURATION),
                     ahead < 0 ? "behind" : "ahead");
}

// Whether the process runs with the clock that it was to be started with.
Seen look_at_process(const v1::RestoreClock& undo) {
  const auto process = find_process(undo.process().pid_file(), undo.process().executable());
  if (!process) return Seen::unknown;
  const Result<bool> has = has_loaded(*process, undo.library());
  if (!has) return Seen::unknown;
  if (!*has) return Seen::baseline;
  // One that has written over its environment had it when the library read it.
  const auto told = environment_of(*process, "FAKETIME");
  const auto& settings = undo.environment();
  const bool agrees =
      !told || std::find(settings.begin(), settings.end(), "FAKETIME=" + *told) != settings.end();
  return agrees ? Seen::injected : Seen::unknown;
}

// Those that have the other clock, and those that are about to: what was started and has not
// loaded the library yet.
std::vector<v1::ProcessIdentity> those_with_it(const v1::RestoreClock& undo) {
  std::vector<v1::ProcessIdentity> found = processes_with(undo.library());
  const std::optional<v1::ProcessIdentity> starter = read_mark(undo.mark());
  if (starter && state_of(*starter) != ProcessState::gone) {
    const std::vector<v1::ProcessIdentity> family = family_of(*starter);
    found.insert(found.end(), family.begin(), family.end());
  }
  return found;
}

Status end_those_with_it(const v1::RestoreClock& undo) {
  constexpr int kRounds = 20;  // each ends what those of the round before may have started
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<v1::ProcessIdentity> found = those_with_it(undo);
    if (found.empty()) return Ok{};
    for (const v1::ProcessIdentity& process : found) {
      if (Status killed = kill_process(process); !killed) return killed;
    }
  }
  return Error{.code = Code::not_reverted,
               .message = "processes with another clock start others faster than they are ended"};
}

class ProcessClockDriver : public Driver {
 public:
  ProcessClockDriver(const v1::AgentConfig& config, const v1::ProcessClock& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    const Result<v1::StartProcess> process = how_to_start(config_, fault_.process(), id);
    if (!process) return process.error();
    if (Status may = may_have_another(*process); !may) return may.error();
    if (Status works = try_clock(); !works) return works.error();
    Result<std::string> library = path_of_copy(id);
    if (!library) return library.error();

    Prepared prepared;
    prepared.object = "process " + fault_.process();
    v1::RestoreClock& undo = *prepared.undo.mutable_restore_clock();
    *undo.mutable_process() = *process;
    undo.set_library(*library);
    undo.set_shared("chokepoint-clock-" + id);
    undo.set_mark(config_.state() + "/clock-starting-" + id);
    const double ahead = ahead_of(fault_);
    for (std::string& setting : clock_settings(undo.library(), undo.shared(), ahead)) {
      *undo.add_environment() = std::move(setting);
    }
    prepared.plan = plan_of_killing(*process);
    prepared.plan.push_back(
        fmt::format("start {} again with {}", process->command(0), in_words(ahead)));
    return prepared;
  }

  Status inject(const v1::Undo& undo, double lease) override {
    const v1::RestoreClock& clock = undo.restore_clock();
    if (Status copied = copy_library(clock.library()); !copied) return copied;
    if (Status made = make_shared_clock(clock.shared()); !made) return made;
    if (Status killed = kill_all(clock.process()); !killed) return killed;
    const auto& words = clock.process().command();
    const std::vector<std::string> command(words.begin(), words.end());
    const std::vector<std::string> environment(clock.environment().begin(),
                                               clock.environment().end());
    if (Status started = start_program(command, clock.mark(), environment); !started) {
      return started;
    }
    // Nobody renews it meanwhile.
    const double patience = std::min(kStart, lease / 2);
    if (wait_until([&] { return look_at_process(clock) == Seen::injected; }, patience)) return Ok{};
    return why_not(clock);
  }

 private:
  // Whether another clock would reach this process.
  Status may_have_another(const v1::StartProcess& start) const {
    const v1::ProcessIdentity& process = start.processes(0);
    const auto files = files_loaded_by(process);
    if (!files) return files.error();
    for (const std::string& file : *files) {
      if (!fs::path(file).filename().string().starts_with("libfaketime")) continue;
      return Error{.code = Code::conflict,
                   .message = fmt::format("{} has another clock already", fault_.process()),
                   .hint = fmt::format("process {} has {} loaded", process.pid(), file)};
    }
    const Result<bool> asks = asks_the_c_library(process, start.executable());
    if (!asks) return asks.error();
    if (*asks) return Ok{};
    return Error{.code = Code::denied,
                 .message = fmt::format("{} asks the kernel for the time, past the C library",
                                        start.executable()),
                 .hint =
                     "programs in Go, and those that are linked statically, can be given no "
                     "other clock"};
  }

  // As processes that have it loaded will name it.
  Result<std::string> path_of_copy(const std::string& id) const {
    std::error_code error;
    const fs::path folder = fs::canonical(config_.state(), error);
    if (error) {
      return system_error(fmt::format("cannot look at {}", config_.state()), error.value());
    }
    std::string path = folder / ("clock-" + id + ".so");
    if (path.find_first_of(" :") == std::string::npos) return path;
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("no library can be loaded from {}", folder.string()),
                 .hint = "'state' must not hold spaces or colons"};
  }

  static Status copy_library(const std::string& to) {
    const Result<std::string> library = find_clock_library();
    if (!library) return library.error();
    step("clock: copy the library");
    std::error_code error;
    fs::copy_file(*library, to, error);
    if (error)
      return system_error(fmt::format("cannot copy {} to {}", *library, to), error.value());
    // Others than we may have to load it, and nobody has to change it.
    if (::chmod(to.c_str(), 0444) != 0) {
      return system_error(fmt::format("cannot give {} its mode", to));
    }
    step("clock: copied the library");
    return Ok{};
  }

  Error why_not(const v1::RestoreClock& clock) const {
    if (!find_process(clock.process().pid_file(), clock.process().executable())) {
      return {.code = Code::timed_out,
              .message = fmt::format("{} was started and does not run", fault_.process()),
              .hint = fmt::format("it has not written {} in time; a longer 'lease' gives it more",
                                  clock.process().pid_file())};
    }
    return {.code = Code::unavailable,
            .message = fmt::format("{} was started and has the true clock", fault_.process()),
            .hint =
                "started by a supervisor, such as systemd, or with rights of its own (setuid), "
                "it is not reached; it was taken back"};
  }

  const v1::AgentConfig& config_;
  const v1::ProcessClock& fault_;
};

}  // namespace

std::unique_ptr<Driver> make_process_clock(const v1::AgentConfig& config,
                                           const v1::ProcessClock& fault) {
  return std::make_unique<ProcessClockDriver>(config, fault);
}

// The library goes first: whoever is started from then on has the true clock.
Status revert_clock(const v1::RestoreClock& undo) {
  if (Status removed = remove_file(undo.library()); !removed) return removed;
  if (Status ended = end_those_with_it(undo); !ended) return ended;
  if (Status started = revert_stop(undo.process()); !started) return started;
  if (Status removed = remove_shared_clock(undo.shared()); !removed) return removed;
  return remove_file(undo.mark());
}

Seen look_at_clock(const v1::RestoreClock& undo) {
  const Seen seen = look_at_process(undo);
  if (seen != Seen::baseline) return seen;
  return processes_with(undo.library()).empty() ? Seen::baseline : Seen::unknown;
}

}  // namespace chokepoint::agents
