#include "agents/faults/process_stop.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <optional>

#include "agents/faults/driver.h"
#include "agents/system/process.h"
#include "agents/system/replace_file.h"
#include "agents/system/wait.h"

namespace chokepoint::agents {
namespace {

constexpr double kDeath = 2;  // seconds, for a killed process to be gone
constexpr double kLastWords = 0.1;

bool is_running(const v1::StartProcess& undo) {
  return static_cast<bool>(find_process(undo.pid_file(), undo.executable()));
}

bool any_left(const v1::StartProcess& undo) {
  return std::any_of(undo.processes().begin(), undo.processes().end(),
                     [](const auto& process) { return state_of(process) != ProcessState::gone; });
}

// Whether one of those that were to be killed is about to end: the signal may have been sent just
// before whoever sent it died.
bool is_on_its_way_out(const v1::StartProcess& undo) {
  return std::any_of(undo.processes().begin(), undo.processes().end(), [](const auto& process) {
    if (state_of(process) == ProcessState::gone) return false;
    return wait_for(process, ProcessState::gone, is_doomed(process) ? kDeath : kLastWords);
  });
}

bool wait_until_running(const v1::StartProcess& undo) {
  return wait_until([&] { return is_running(undo); }, kStart);
}

// Whether an earlier attempt has started it, and it runs now. The command may have ended before
// what it left behind has become the program.
bool was_begun(const v1::StartProcess& undo) {
  constexpr double kSettling = 0.5;
  const std::optional<v1::ProcessIdentity> starter = read_mark(undo.mark());
  if (!starter || starter->boot() != boot_identity()) return false;
  wait_until([&] { return is_running(undo) || state_of(*starter) == ProcessState::gone; }, kStart);
  return wait_until([&] { return is_running(undo); }, kSettling);
}

class ProcessStopDriver : public Driver {
 public:
  ProcessStopDriver(const v1::AgentConfig& config, const v1::ProcessStop& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    const Result<v1::StartProcess> process = how_to_start(config_, fault_.process(), id);
    if (!process) return process.error();
    Prepared prepared;
    prepared.object = "process " + fault_.process();
    *prepared.undo.mutable_start_process() = *process;
    prepared.plan = plan_of_killing(*process);
    return prepared;
  }

  Status inject(const v1::Undo& undo, double /*lease*/) override {
    return kill_all(undo.start_process());
  }

 private:
  const v1::AgentConfig& config_;
  const v1::ProcessStop& fault_;
};

}  // namespace

std::unique_ptr<Driver> make_process_stop(const v1::AgentConfig& config,
                                          const v1::ProcessStop& fault) {
  return std::make_unique<ProcessStopDriver>(config, fault);
}

Result<v1::StartProcess> how_to_start(const v1::AgentConfig& config, const std::string& name,
                                      const std::string& id) {
  const auto target = allowed(config.processes(), name, "process");
  if (!target) return target.error();
  if (target->restart().empty()) {
    return Error{.code = Code::denied,
                 .message = fmt::format("nobody knows how to start {} again", name),
                 .hint = "write 'restart' beside it in the agent's configuration"};
  }
  const auto process = find_process(target->pid_file(), target->executable());
  if (!process) return process.error();
  v1::StartProcess start;
  for (const v1::ProcessIdentity& member : family_of(*process)) *start.add_processes() = member;
  start.set_pid_file(target->pid_file());
  start.set_executable(target->executable());
  *start.mutable_command() = target->restart();
  start.set_mark(config.state() + "/starting-" + id);
  return start;
}

std::vector<std::string> plan_of_killing(const v1::StartProcess& start) {
  std::vector<std::string> plan;
  for (const v1::ProcessIdentity& process : start.processes()) {
    plan.push_back(fmt::format("kill process {} ({})", process.pid(), start.executable()));
  }
  return plan;
}

Status kill_all(const v1::StartProcess& start) {
  for (const v1::ProcessIdentity& process : start.processes()) {
    if (Status killed = kill_process(process); !killed) return killed;
  }
  return Ok{};
}

// Who was killed in part is killed whole before it is started: workers without their master would
// keep its ports. A supervisor may have been faster, or somebody who reverted before and died.
Status revert_stop(const v1::StartProcess& undo) {
  const bool runs = (is_running(undo) && !is_on_its_way_out(undo)) || was_begun(undo);
  if (!runs) {
    if (Status killed = kill_all(undo); !killed) return killed;
    const std::vector<std::string> command(undo.command().begin(), undo.command().end());
    if (Status started = start_program(command, undo.mark()); !started) return started;
    if (!wait_until_running(undo)) {
      return Error{.code = Code::not_reverted,
                   .message = fmt::format("{} was started and does not run", undo.executable()),
                   .hint = fmt::format("it has not written {}", undo.pid_file())};
    }
  }
  return remove_file(undo.mark());
}

Seen look_at_stop(const v1::StartProcess& undo) {
  if (is_running(undo)) return Seen::baseline;
  return any_left(undo) ? Seen::unknown : Seen::injected;
}

}  // namespace chokepoint::agents
