#include "cli/sweep_options.h"

#include "cli/help.h"

namespace chokepoint::cli {
namespace {

void add_output(CLI::App& command, SweepArguments& arguments, bool& is_json) {
  CLI::Option* json =
      command.add_flag("--json", is_json, "Print the report as JSON, and nothing else");
  command.add_flag("--csv", arguments.is_csv, "Print a line for each run, and nothing else")
      ->excludes(json);
}

}  // namespace

void add_sweep(CLI::App& app, SweepArguments& arguments, bool& is_json) {
  CLI::App* sweep = app.add_subcommand("sweep", "Many runs of a scenario, and what they say");
  sweep->require_subcommand(1);
  sweep->formatter(
      with_examples("  chokepoint sweep plan scenarios/sweeps/halls.yaml\n"
                    "  chokepoint sweep run scenarios/sweeps/halls.yaml --out halls\n"
                    "  chokepoint sweep report halls --csv > runs.csv\n"));
  CLI::App* plan = sweep->add_subcommand("plan", "How much there is to do; tries one run");
  plan->add_option("SWEEP", arguments.file, "The sweep")->required();

  CLI::App* run = sweep->add_subcommand("run", "Do what is not done yet, and show what it says");
  run->add_option("SWEEP", arguments.file, "The sweep")->required();
  run->add_option("--out", arguments.folder, "Where results are, and go")
      ->type_name("FOLDER")
      ->required();
  run->add_option("--shard", arguments.shard, "Only this part, and no report; from 0 on")
      ->type_name("NUMBER");
  run->add_option("--workers", arguments.workers, "Runs at the same time (one for each processor)")
      ->check(CLI::Range(1, 1024));
  run->add_flag("--again", arguments.is_repeated,
                "Also do what is done, and say when it comes out differently");
  add_output(*run, arguments, is_json);

  CLI::App* report =
      sweep->add_subcommand("report", "What the results say, as far as they are there");
  report->add_option("FOLDER", arguments.folder, "As for --out")->required();
  add_output(*report, arguments, is_json);
}

Exit run_sweep(const CLI::App& sweep, SweepArguments& arguments, Output output, const Io& io) {
  const std::string name = sweep.get_subcommands().front()->get_name();
  arguments.output = output;
  if (name == "plan") return sweep_plan(arguments, io);
  if (name == "run") return sweep_run(arguments, io);
  return sweep_report(arguments, io);
}

}  // namespace chokepoint::cli
