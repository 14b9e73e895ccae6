#include "cli/app.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>

#include "cli/commands/calibrate.h"
#include "cli/commands/check.h"
#include "cli/commands/compare.h"
#include "cli/commands/new.h"
#include "cli/commands/run.h"
#include "cli/commands/schema.h"
#include "cli/commands/search.h"
#include "cli/fail.h"
#include "cli/gameday_options.h"
#include "cli/help.h"
#include "cli/pki_options.h"
#include "cli/signals.h"
#include "cli/sweep_options.h"

namespace chokepoint::cli {
namespace {

constexpr const char* kIncident = "scenarios/library/incidents/coinbase-use1-az4-2026.yaml";

// What was asked for, filled in by CLI11.
struct Request {
  CheckArguments check;
  RunArguments run;
  CompareArguments compare;
  CalibrateArguments calibrate;
  SearchArguments search;
  NewArguments new_scenario;
  SweepArguments sweep;
  GameDayRequest gameday;
  PkiArguments pki;
  bool is_json = false;
  bool is_quiet = false;
};

void add_check(CLI::App& app, CheckArguments& arguments) {
  CLI::App* command = app.add_subcommand("check", "Say everything that is wrong with scenarios");
  command->formatter(
      with_examples("  chokepoint check outage.yaml\n"
                    "  chokepoint check scenarios/library/*/*.yaml\n"
                    "  generate | chokepoint check -\n"));
  command->add_option("FILE", arguments.files, "Scenarios; - is standard input")->required();
  command->add_option("--deployment", arguments.deployment,
                      "And a deployment, which has to fit each of them");
}

void add_run(CLI::App& app, Request& request) {
  CLI::App* command = app.add_subcommand("run", "Simulate a scenario and show what comes of it");
  command->formatter(with_examples(
      fmt::format("  chokepoint run {0}\n"
                  "  chokepoint run {0} --variant three-zones --seed 7\n"
                  "  chokepoint run outage.yaml --set faults.crash.at=3min --out runs/late\n"
                  "  chokepoint run outage.yaml --json | jq .verdicts\n",
                  kIncident)));
  RunArguments& arguments = request.run;
  add_common(*command, arguments.file, arguments.overrides, arguments.seed, request.is_json);
  command->add_option("--variant", arguments.variant, "Which design of the file (base)")
      ->type_name("NAME");
  command
      ->add_option("--circumstances-of", arguments.circumstances_of,
                   "Another seed, of which are placements and failures, as in a game day's plan")
      ->type_name("SEED")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--out", arguments.folder, "Also write the run folder: record, tables, picture")
      ->type_name("FOLDER");
}

void add_compare(CLI::App& app, Request& request) {
  CLI::App* command =
      app.add_subcommand("compare",
                         "Several designs side by side, under the same luck; or what was predicted "
                         "beside what a game day saw");
  command->formatter(
      with_examples(fmt::format("  chokepoint compare {0}\n"
                                "  chokepoint compare {0} --variant base --variant three-zones\n"
                                "  chokepoint compare plan.json records/first\n",
                                kIncident)));
  CompareArguments& arguments = request.compare;
  add_common(*command, arguments.file, arguments.overrides, arguments.seed, request.is_json);
  command->add_option("GAMEDAY", arguments.game_day,
                      "Record or folder of a game day; FILE is then a plan, a simulated run's "
                      "record, or a folder with one of them");
  command
      ->add_option(
          "--variant", arguments.variants,
          "A design of the file; repeatable, the first is what the others are held against "
          "(base and all variants)")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_calibrate(CLI::App& app, Request& request) {
  CLI::App* command = app.add_subcommand(
      "calibrate", "Choose values of a scenario so that it predicts recorded game days");
  command->formatter(
      with_examples("  chokepoint calibrate zone-loss.yaml records/first \\\n"
                    "    --free components.book.quorum.election_timeout.uniform.to=1s..6s \\\n"
                    "    --out calibrated.yaml\n"));
  CalibrateArguments& arguments = request.calibrate;
  command->add_option("SCENARIO", arguments.file, "The scenario")->required();
  command->add_option("GAMEDAY", arguments.game_days, "Records or folders of game days")
      ->required();
  command
      ->add_option("--free", arguments.free,
                   "A value that may be chosen, and from which range; repeatable")
      ->type_name("PATH=FROM..TO")
      ->required()
      ->allow_extra_args(false);
  command
      ->add_option("--variant", arguments.variant,
                   "The design that the new variant is a copy of (the records', or base)")
      ->type_name("NAME");
  command->add_option("--name", arguments.name, "What the new variant is called (calibrated)");
  command->add_option("--seed", arguments.seed, "The first of the seeds (1)")
      ->check(CLI::Range(0, 1000000000));
  command->add_option("--seeds", arguments.seeds, "How many runs each set of values gets (10)")
      ->check(CLI::Range(1, 1000));
  command->add_option("--out", arguments.out, "Write the scenario with the new variant there")
      ->type_name("FILE");
  command->add_flag("--json", request.is_json, "Print what was found as JSON, and nothing else");
}

void add_search(CLI::App& app, Request& request) {
  CLI::App* command =
      app.add_subcommand("search", "The smallest sets of failures that take a capability down");
  command->formatter(
      with_examples(fmt::format("  chokepoint search {0}\n"
                                "  chokepoint search {0} --variant base --variant three-zones\n"
                                "  chokepoint search outage.yaml --capability trade --most 3\n",
                                kIncident)));
  SearchArguments& arguments = request.search;
  add_common(*command, arguments.file, arguments.overrides, arguments.seed, request.is_json);
  command->add_option("--variant", arguments.variants, "A design of the file; repeatable (base)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--capability", arguments.capabilities, "What is looked at; repeatable (all)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--without", arguments.without, "What does not fail; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--most", arguments.most, "How many fail at once, at most (2)")
      ->check(CLI::Range(1, 8));
  command->add_option("--let-pass", arguments.let_pass, "An outage that is none yet (1min)")
      ->type_name("DURATION");
  command->add_option("--seeds", arguments.seeds, "How many runs each set gets (3)")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--most-runs", arguments.most_runs,
                   "A size that takes more is left out (100000)")
      ->check(CLI::PositiveNumber);
}

void add_schema(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("schema", "Print the JSON Schema of scenarios, for editors");
  command->formatter(with_examples("  chokepoint schema > scenario.schema.json\n"));
}

void add_new(CLI::App& app, NewArguments& arguments) {
  CLI::App* command = app.add_subcommand("new", "Write a commented scenario to start from");
  command->formatter(
      with_examples("  chokepoint new outage.yaml\n"
                    "  chokepoint new | less\n"));
  command->add_option("FILE", arguments.file, "A file that does not exist yet; absent: print it");
}

void describe(CLI::App& app, Request& request) {
  app.formatter(
      with_examples(fmt::format("  chokepoint new outage.yaml\n"
                                "  chokepoint check outage.yaml\n"
                                "  chokepoint run outage.yaml\n"
                                "  chokepoint compare {}\n",
                                kIncident)));
  app.set_version_flag("--version", "chokepoint " CHOKEPOINT_VERSION);
  app.set_help_all_flag("--help-all", "Help for all commands");
  app.add_flag("-q,--quiet", request.is_quiet, "Only results and errors");
  app.require_subcommand(1);
  app.fallthrough();  // --quiet may stand behind the command, too
  add_check(app, request.check);
  add_run(app, request);
  add_compare(app, request);
  add_calibrate(app, request);
  add_search(app, request);
  add_sweep(app, request.sweep, request.is_json);
  add_gameday(app, request.gameday, request.is_json);
  add_pki(app, request.pki);
  add_schema(app);
  add_new(app, request.new_scenario);
  app.footer(
      "Ends with 0 held, 1 deviated, 2 invalid use or file, 3 aborted, 4 not reverted, 130 "
      "interrupted.");
}

void set_up_log(const Request& request, const Io& io) {
  const auto mode =
      colour_for(io.err) == Colour::always ? spdlog::color_mode::always : spdlog::color_mode::never;
  const auto logger = std::make_shared<spdlog::logger>(
      "chokepoint", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(mode));
  logger->set_pattern("%^%l%$: %v");
  logger->set_level(request.is_quiet ? spdlog::level::err : spdlog::level::info);
  spdlog::set_default_logger(logger);
}

Exit dispatch(const CLI::App& app, Request& request, const Io& io) {
  const Output output = request.is_json ? Output::json : Output::timeline;
  request.run.output = request.compare.output = request.calibrate.output = output;
  request.search.output = output;
  const CLI::App& command = *app.get_subcommands().front();
  const std::string name = command.get_name();
  if (name == "check") return check(request.check, io);
  if (name == "run") return run(request.run, io);
  if (name == "compare") return compare(request.compare, io);
  if (name == "calibrate") return calibrate(request.calibrate, io);
  if (name == "search") return search(request.search, io);
  if (name == "schema") return schema(io);
  if (name == "pki") return pki(request.pki, io);
  if (name == "sweep") return run_sweep(command, request.sweep, output, io);
  if (name == "gameday") return run_gameday(command, request.gameday, output, io);
  return new_scenario(request.new_scenario, io);
}

// CLI11 reports help, the version and every mistake by throwing; here it becomes an exit code.
Exit refuse(const CLI::App& app, const CLI::ParseError& error, const Io& io) {
  const bool is_asked_for = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
  if (!is_asked_for) return fail(io, usage_error(app, error));
  std::ostringstream text;
  std::ostringstream none;
  app.exit(error, text, none);
  if (Status printed = print(io.out, text.str()); !printed) return fail(io, printed.error());
  return Exit::held;
}

}  // namespace

int run_app(int argc, const char* const* argv, const Io& io) {
  handle_signals();
  CLI::App app(
      "Predicts outages: which single point takes the system down, for how long, and what would "
      "help.",
      "chokepoint");
  Request request;
  describe(app, request);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(refuse(app, error, io));
  }
  set_up_log(request, io);
  return static_cast<int>(dispatch(app, request, io));
}

}  // namespace chokepoint::cli
