#include "controller/app.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "controller/api/gate.h"
#include "controller/api/server.h"
#include "controller/http/pages.h"
#include "scenarios/base/exit.h"
#include "scenarios/daemon/log.h"
#include "scenarios/loader/load_message.h"

namespace chokepoint::controller {
namespace {

Exit report(const Error& error) {
  fmt::print(stderr, "error: {}\n", error.message);
  if (!error.hint.empty()) fmt::print(stderr, " hint: {}\n", error.hint);
  return exit_of(error.code);
}

Result<v1::ControllerConfig> config_in(const std::string& path) {
  v1::ControllerConfig config;
  const Errors errors = load_message(path, config, "begin with 'controller: its-name'");
  if (errors.empty()) return config;
  fmt::print(stderr, "{}", format_errors(errors));
  return Error{.message = fmt::format("{} is no controller's configuration", path)};
}

// SIGINT, SIGTERM and SIGHUP, taken by whoever waits for them; blocked in every thread.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// Each agent has a connection of its own, and a shell allows no more than 1024.
void allow_connections() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &files);
}

Exit run(const std::string& path) {
  const sigset_t signals = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  allow_connections();
  const Result<v1::ControllerConfig> config = config_in(path);
  if (!config) return report(config.error());
  if (Status right = check_config(*config); !right) return report(right.error());
  log_to_standard_error("chokepoint-controller");

  const auto store = Store::open(config->state());
  if (!store) return report(store.error());
  Registry registry;
  Metrics metrics;
  const auto game_days = GameDays::open(
      *config, **store, registry, [&](const v1::GameDayNote& note) { metrics.observe(note); });
  if (!game_days) return report(game_days.error());
  const auto server = Server::start(*config, **store, registry, **game_days);
  if (!server) return report(server.error());
  std::unique_ptr<Pages> pages;
  if (!config->http().empty()) {
    auto started = Pages::start(config->http(), **store, registry, **game_days, metrics,
                                [&] { return static_cast<double>((*server)->gate().refused()); });
    if (!started) return report(started.error());
    pages = *std::move(started);
  }
  spdlog::info("controller {} listens on {}{}", config->controller(), config->listen(),
               config->http().empty() ? "" : ", http on " + config->http());

  int signal = 0;
  ::sigwait(&signals, &signal);
  spdlog::info("ending");
  return (*game_days)->end() ? Exit::held : Exit::not_reverted;
}

Exit print_audit(const std::string& path) {
  const Result<v1::ControllerConfig> config = config_in(path);
  if (!config) return report(config.error());
  const Result<AuditTrail> trail = Store::read_audit(config->state());
  if (!trail) return report(trail.error());
  fmt::print("{}", jsonl_of(*trail));
  if (trail->is_whole) return Exit::held;
  return report({.code = Code::not_reverted,
                 .message = "the chain of hashes is broken: somebody changed the audit"});
}

}  // namespace

int main_of(int argc, char** argv) {
  CLI::App app(
      "Carries out game days: keeps plans, orders agents, watches, takes everything back, and "
      "writes "
      "down\nwhat happened.",
      "chokepoint-controller");
  app.set_version_flag("--version", CHOKEPOINT_VERSION);
  app.set_help_all_flag("--help-all", "Print what every subcommand takes, too, and exit");
  app.footer(
      "Exit status: 0 ended with nothing in place, 2 invalid use or file or refused, 3 something "
      "it "
      "needs\ncannot be had, 4 a fault may still be in place, or the audit was changed.");
  app.require_subcommand(1);
  std::string config = "/etc/chokepoint/controller.yaml";
  CLI::App* run_command = app.add_subcommand("run", "Serve agents and people until it is ended");
  CLI::App* audit_command = app.add_subcommand(
      "audit", "Print who asked for what, one JSON object a line, and whether all of it is there");
  for (CLI::App* command : {run_command, audit_command}) {
    command->add_option("--config", config, "Where it listens and what it keeps")
        ->capture_default_str();
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(Exit::invalid);
  }
  return static_cast<int>(*run_command ? run(config) : print_audit(config));
}

}  // namespace chokepoint::controller
