#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "agents/faults/driver.h"
#include "agents/system/process.h"

namespace chokepoint::agents {
namespace {

constexpr double kSignalPatience = 2;  // seconds, for a signal to take effect

bool all_are(const v1::ContinueProcess& undo, ProcessState state) {
  return std::all_of(undo.processes().begin(), undo.processes().end(),
                     [&](const auto& process) { return state_of(process) == state; });
}

class ProcessPauseDriver : public Driver {
 public:
  ProcessPauseDriver(const v1::AgentConfig& config, const v1::ProcessPause& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& /*id*/) override {
    const auto target = allowed(config_.processes(), fault_.process(), "process");
    if (!target) return target.error();
    const auto process = find_process(target->pid_file(), target->executable());
    if (!process) return process.error();
    Prepared prepared;
    prepared.object = "process " + fault_.process();
    for (const v1::ProcessIdentity& member : family_of(*process)) {
      if (state_of(member) == ProcessState::stopped) {
        return Error{.code = Code::conflict,
                     .message = fmt::format("process {} of {} is stopped already", member.pid(),
                                            fault_.process())};
      }
      *prepared.undo.mutable_continue_process()->add_processes() = member;
      prepared.plan.push_back(
          fmt::format("stop process {} ({})", member.pid(), target->executable()));
    }
    return prepared;
  }

  // Parents first: one that is stopped starts no more children.
  Status inject(const v1::Undo& undo, double /*lease*/) override {
    const v1::ContinueProcess& pause = undo.continue_process();
    for (const v1::ProcessIdentity& process : pause.processes()) {
      if (Status sent = send_signal(process, SIGSTOP); !sent) return sent;
      if (!wait_for(process, ProcessState::stopped, kSignalPatience)) {
        return Error{.code = Code::timed_out,
                     .message = fmt::format("process {} does not stop", process.pid())};
      }
    }
    const auto family = family_of(pause.processes(0));
    if (family.size() != static_cast<std::size_t>(pause.processes_size())) {
      return Error{
          .code = Code::conflict,
          .message = fmt::format("{} started or ended processes meanwhile", fault_.process()),
          .hint = "try again"};
    }
    return Ok{};
  }

 private:
  const v1::AgentConfig& config_;
  const v1::ProcessPause& fault_;
};

}  // namespace

std::unique_ptr<Driver> make_process_pause(const v1::AgentConfig& config,
                                           const v1::ProcessPause& fault) {
  return std::make_unique<ProcessPauseDriver>(config, fault);
}

// Children first: a parent that runs again finds them running. Sent to those that run as well: a
// signal to stop may be on its way to them, and this one takes it back.
Status revert_pause(const v1::ContinueProcess& undo) {
  for (auto process = undo.processes().rbegin(); process != undo.processes().rend(); ++process) {
    if (Status sent = send_if_there(*process, SIGCONT); !sent) return sent;
  }
  for (const v1::ProcessIdentity& process : undo.processes()) {
    if (state_of(process) != ProcessState::stopped) continue;
    if (wait_for(process, ProcessState::running, kSignalPatience)) continue;
    return Error{.code = Code::not_reverted,
                 .message = fmt::format("process {} does not run on", process.pid())};
  }
  return Ok{};
}

// What ended meanwhile is not paused either.
Seen look_at_pause(const v1::ContinueProcess& undo) {
  if (all_are(undo, ProcessState::stopped)) return Seen::injected;
  const bool any_stopped =
      std::any_of(undo.processes().begin(), undo.processes().end(),
                  [](const auto& process) { return state_of(process) == ProcessState::stopped; });
  return any_stopped ? Seen::unknown : Seen::baseline;
}

}  // namespace chokepoint::agents
