#include "agents/app.h"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "agents/link/attend.h"
#include "agents/link/hold.h"
#include "agents/local/agent.h"
#include "agents/local/preflight.h"
#include "agents/log.h"
#include "agents/system/process.h"
#include "scenarios/base/exit.h"
#include "scenarios/base/quantity.h"
#include "scenarios/loader/load_message.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Arguments {
  std::string config = "/etc/chokepoint/agent.yaml";
  std::string fault;
  std::string id;
  bool is_dry_run = false;
};

Exit report(const Error& error) {
  fmt::print(stderr, "chokepoint-agent: {}", format_error(error));
  return exit_of(error.code);
}

Exit report(const Errors& errors) {
  fmt::print(stderr, "{}", format_errors(errors));
  return exit_of(errors.front().code);
}

// What ends a fault early. Blocked everywhere, so that they are taken where we wait for them.
sigset_t ending_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
  return signals;
}

// The signal that came within so many seconds, or 0.
int wait_for_signal(double seconds) {
  const sigset_t signals = ending_signals();
  const auto whole = static_cast<time_t>(seconds);
  const timespec patience{.tv_sec = whole,
                          .tv_nsec = std::lround((seconds - static_cast<double>(whole)) * 1e9)};
  const int signal = ::sigtimedwait(&signals, nullptr, &patience);
  return std::max(signal, 0);
}

GuardianOptions guardian_options(const std::string& config) {
  const fs::path program = own_program();
  return {.guardian = (program.parent_path() / "chokepoint-guardian").string(),
          .program = program.string(),
          .config = fs::absolute(config).string()};
}

// Opens the agent and lets `work` do something with it, or says why it cannot be opened.
template <class Work>
Exit with_agent(const Arguments& arguments, Work work) {
  v1::AgentConfig config;
  const Errors errors = load_message(arguments.config, config, "begin with 'agent: its-name'");
  if (!errors.empty()) return report(errors);
  Result<Agent> agent = Agent::open(std::move(config), guardian_options(arguments.config));
  return agent ? work(*agent) : report(agent.error());
}

void print_plan(const Prepared& prepared) {
  for (const std::string& line : prepared.plan) fmt::print("  {}\n", line);
}

// Keeps the fault alive until its time is over or somebody ends it early.
Exit hold(Agent& agent, Injected& injected, const v1::PrimitiveFault& fault) {
  const auto end = Clock::now() + std::chrono::duration<double>(fault.duration());
  int signal = 0;
  Status alive = Ok{};
  while (signal == 0 && alive) {
    const double left = std::chrono::duration<double>(end - Clock::now()).count();
    if (left <= 0) break;
    const Result<double> next = agent.advance(injected);
    if (!next) {
      alive = next.error();
      break;
    }
    signal = wait_for_signal(std::min({left, agent.config().lease() / 3, *next}));
    if (signal == 0 && Clock::now() < end) alive = agent.renew(injected);
  }
  if (Status reverted = agent.revert(injected); !reverted) return report(reverted.error());
  fmt::print("reverted, and seen to be\n");
  if (!alive) return report(alive.error());
  return signal == SIGINT ? Exit::interrupted : signal != 0 ? Exit::aborted : Exit::held;
}

Exit apply(Agent& agent, const v1::PrimitiveFault& fault, bool is_dry_run) {
  const std::string id = Agent::new_id();
  const Result<Prepared> planned = agent.plan(fault, id);
  if (!planned) return report(planned.error());
  fmt::print("{}, for {}:\n", planned->object,
             format_quantity(fault.duration(), v1::UNIT_DURATION));
  print_plan(*planned);
  std::fflush(stdout);
  if (is_dry_run) return Exit::held;

  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  const auto begun = Clock::now();
  Result<Injected> injected = agent.inject(fault, id);
  if (!injected) return report(injected.error());
  fmt::print("injected, and seen to be, as {} after {:.0f} ms\n", injected->id,
             std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
  std::fflush(stdout);
  return hold(agent, *injected, fault);
}

Exit apply(const Arguments& arguments) {
  v1::PrimitiveFault fault;
  const Errors errors = load_message(arguments.fault, fault, "begin with 'duration: 1min'");
  if (!errors.empty()) return report(errors);
  return with_agent(arguments,
                    [&](Agent& agent) { return apply(agent, fault, arguments.is_dry_run); });
}

Exit revert(const Arguments& arguments) {
  return with_agent(arguments, [&](Agent& agent) {
    const Status reverted = arguments.id.empty() ? agent.revert_all() : agent.revert(arguments.id);
    if (!reverted) return report(reverted.error());
    fmt::print("nothing is in place\n");
    return Exit::held;
  });
}

Exit status(const Arguments& arguments) {
  return with_agent(arguments, [](Agent& agent) {
    const auto standing = agent.standing();
    if (!standing) return report(standing.error());
    if (standing->empty()) fmt::print("nothing is in place\n");
    for (const Agent::Standing& fault : *standing) {
      fmt::print("{}  {}  {}\n", fault.entry.id(), fault.entry.object(), text_of(fault.seen));
    }
    return Exit::held;
  });
}

Exit hold_for_controller(const Arguments& arguments) {
  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return with_agent(arguments, [&](Agent& agent) {
    hold(agent, arguments.id);
    return Exit::held;
  });
}

// Until a signal ends it.
Exit run(const Arguments& arguments) {
  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  log_to_standard_error();
  return with_agent(arguments, [&](Agent& agent) {
    const Status ended = attend(agent, guardian_options(arguments.config), CHOKEPOINT_VERSION,
                                [] { return wait_for_signal(0) != 0; });
    return ended ? Exit::held : report(ended.error());
  });
}

Exit show_preflight() {
  bool all = true;
  for (const Capability& capability : preflight()) {
    fmt::print("{:<18} {:<4} {}\n", capability.fault, capability.works ? "yes" : "no",
               capability.remark);
    all = all && capability.works;
  }
  return all ? Exit::held : Exit::deviated;
}

}  // namespace

int main_of(int argc, char** argv) {
  CLI::App app(
      "Makes faults happen on this host and takes them back, whatever dies. Touches nothing that "
      "its own\n"
      "configuration does not name.",
      "chokepoint-agent");
  app.set_version_flag("--version", CHOKEPOINT_VERSION);
  app.require_subcommand(1);
  Arguments arguments;
  bool is_local = false;
  const auto add = [&](const std::string& name, const std::string& about) {
    CLI::App* command = app.add_subcommand(name, about);
    command->add_option("--config", arguments.config, "What this agent may touch")
        ->capture_default_str();
    command->add_flag("--local", is_local, "Without a controller (as it always is here)");
    return command;
  };
  CLI::App* apply_command =
      add("apply", "Inject a fault, hold it for its duration or until interrupted, take it back");
  apply_command->add_option("FAULT", arguments.fault, "YAML file with the fault")->required();
  apply_command->add_flag("--dry-run", arguments.is_dry_run,
                          "Say what would be done, and do nothing");
  CLI::App* revert_command =
      add("revert", "Take back everything that the journal knows of, whoever injected it");
  revert_command->add_option("--id", arguments.id, "Only this fault");
  CLI::App* status_command = add("status", "What is in place, as a witness sees it now");
  CLI::App* run_command = app.add_subcommand(
      "run", "Dial the controller that the configuration names, and carry out its orders");
  run_command->add_option("--config", arguments.config, "What this agent may touch")
      ->capture_default_str();
  CLI::App* hold_command = app.add_subcommand("hold", "")->group("");  // for 'run' alone
  hold_command->add_option("--config", arguments.config)->required();
  hold_command->add_option("--id", arguments.id)->required();
  CLI::App* preflight_command =
      app.add_subcommand("preflight", "Try each kind of fault on something made for it");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(Exit::invalid);
  }
  if (*apply_command) return static_cast<int>(apply(arguments));
  if (*revert_command) return static_cast<int>(revert(arguments));
  if (*status_command) return static_cast<int>(status(arguments));
  if (*run_command) return static_cast<int>(run(arguments));
  if (*hold_command) return static_cast<int>(hold_for_controller(arguments));
  if (*preflight_command) return static_cast<int>(show_preflight());
  return static_cast<int>(Exit::invalid);
}

}  // namespace chokepoint::agents
