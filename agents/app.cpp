#include "agents/app.h"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <vector>

#include "agents/apply.h"
#include "agents/link/attend.h"
#include "agents/link/hold.h"
#include "agents/local/agent.h"
#include "agents/local/preflight.h"
#include "agents/system/process.h"
#include "scenarios/base/exit.h"
#include "scenarios/daemon/log.h"
#include "scenarios/loader/load_message.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string config = "/etc/chokepoint/agent.yaml";
  std::vector<std::string> faults;
  std::string id;
  bool is_dry_run = false;
};

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

Exit apply(const Arguments& arguments) {
  std::vector<v1::PrimitiveFault> faults;
  for (const std::string& path : arguments.faults) {
    const Errors errors = load_message(path, faults.emplace_back(), "begin with 'duration: 1min'");
    if (!errors.empty()) return report(errors);
  }
  return with_agent(arguments,
                    [&](Agent& agent) { return apply(agent, faults, arguments.is_dry_run); });
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
  block_ending_signals();
  ::signal(SIGPIPE, SIG_IGN);
  return with_agent(arguments, [&](Agent& agent) {
    hold(agent, arguments.id);
    return Exit::held;
  });
}

// Until a signal ends it.
Exit run(const Arguments& arguments) {
  block_ending_signals();
  ::signal(SIGPIPE, SIG_IGN);
  log_to_standard_error("chokepoint-agent");
  return with_agent(arguments, [&](Agent& agent) {
    const Result<Descriptor> signal = ending_signal();
    if (!signal) return report(signal.error());
    const Status ended =
        attend(agent, guardian_options(arguments.config), CHOKEPOINT_VERSION, signal->number());
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
  app.set_help_all_flag("--help-all", "Print what every subcommand takes, too, and exit");
  app.footer(
      "Exit status: 0 done and seen to be, 1 a capability is missing (preflight), 2 invalid use or "
      "file or\nrefused, 3 ended before its time, 4 not reverted, 130 interrupted and reverted.");
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
  CLI::App* apply_command = add(
      "apply",
      "Inject faults one after the other, hold each for its duration or until interrupted, take "
      "them back");
  apply_command->add_option("FAULT", arguments.faults, "YAML files, each with a fault")->required();
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
