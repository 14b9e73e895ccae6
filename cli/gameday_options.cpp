#include "cli/gameday_options.h"

#include "cli/fail.h"
#include "cli/help.h"

namespace chokepoint::cli {
namespace {

// CLI11 reads -1 as the largest number there is.
std::string refuse_negative(const std::string& text) {
  return text.starts_with('-') ? "a seed is a whole number, 0 or more" : "";
}

void add_controller(CLI::App& command, v1::ControllerAddress& address) {
  address.set_address("127.0.0.1:7443");
  const auto option = [&](const char* name, const char* variable, const char* about,
                          std::string* value) {
    command.add_option(name, *value, about)->envname(variable);
  };
  option("--controller", "CHOKEPOINT_CONTROLLER", "Host and port (127.0.0.1:7443)",
         address.mutable_address());
  option("--authority", "CHOKEPOINT_AUTHORITY", "Whom to believe, in PEM",
         address.mutable_authority());
  option("--certificate", "CHOKEPOINT_CERTIFICATE", "Who we are, in PEM",
         address.mutable_certificate());
  option("--key", "CHOKEPOINT_KEY", "The key to it", address.mutable_key());
}

void add_plan(CLI::App& gameday, GameDayRequest& request, bool& is_json) {
  CLI::App* command = gameday.add_subcommand(
      "plan", "Simulate first, and say all that would be touched; touches nothing");
  command->formatter(
      with_examples("  chokepoint gameday plan scenarios/library/gamedays/zone-loss.yaml \\\n"
                    "    --deployment scenarios/deployments/mini-exchange.yaml --out plan.json\n"));
  GameDayPlanArguments& arguments = request.plan;
  add_common(*command, arguments.file, arguments.overrides, arguments.seed, is_json);
  command->add_option("--deployment", arguments.deployment, "What stands for what")->required();
  command->add_option("--variant", arguments.variant, "Which design of the file (base)")
      ->type_name("NAME");
  command->add_option("--pace", request.pace,
                      "60x: a minute of the scenario passes in a second (1x)");
  command->add_option("--seeds", arguments.seeds, "How many runs predict (10)")
      ->check(CLI::Range(1, 1000));
  command->add_option("--out", arguments.out, "Also write the plan there, for `gameday start`")
      ->type_name("FILE");
}

}  // namespace

void add_common(CLI::App& command, std::string& file, std::vector<std::string>& overrides,
                std::uint64_t& seed, bool& is_json) {
  command.add_option("FILE", file, "The scenario; - is standard input")->required();
  command.add_option("--seed", seed, "Whose luck: equal seeds give equal bytes (1)")
      ->check(refuse_negative);
  command
      .add_option("--set", overrides,
                  "Change one value, as faults.chillers-fail.at=3min; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--json", is_json, "Print the whole record as JSON, and nothing else");
}

void add_gameday(CLI::App& app, GameDayRequest& request, bool& is_json) {
  CLI::App* gameday = app.add_subcommand("gameday", "A scenario on a real staging system");
  gameday->require_subcommand(1);
  gameday->formatter(with_examples(
      "  chokepoint gameday plan outage.yaml --deployment staging.yaml --out plan.json\n"
      "  chokepoint gameday start plan.json --out records/first\n"
      "  chokepoint gameday list\n"));
  add_plan(*gameday, request, is_json);
  GameDayArguments& arguments = request.others;
  const auto add = [&](const char* name, const char* about) {
    CLI::App* command = gameday->add_subcommand(name, about);
    add_controller(*command, arguments.controller);
    command->add_flag("--json", is_json, "Print the controller's answer as JSON, and nothing else");
    return command;
  };
  const auto add_id = [&](CLI::App* command) {
    command->add_option("ID", arguments.id, "As `gameday list` says it")->required();
    return command;
  };
  const auto add_out = [&](CLI::App* command) {
    command
        ->add_option("--out", arguments.folder,
                     "Also write the record, its tables, a picture and the plan")
        ->type_name("FOLDER");
  };
  CLI::App* start = add("start", "Carry a plan out, and watch it until it is over");
  start->add_option("PLAN", arguments.plan, "What `gameday plan --out` wrote")->required();
  start->add_flag("--detach", arguments.is_detached, "Only begin it, and print its ID");
  add_out(start);
  add_out(add_id(add("watch", "Follow one until it is over")));
  CLI::App* abort = add_id(add("abort", "Take everything of one back"));
  abort->add_option("--reason", arguments.reason, "Why, for the record");
  CLI::App* stop = add("stop", "Abort all, and let none begin");
  stop->add_option("--reason", arguments.reason, "Why, for the record");
  add("lift", "Let game days begin again after a stop");
  add("list", "All game days, and how they ended");
  add_out(add_id(add("show", "What was predicted beside what happened")));
  add("agents", "Who is connected, and what each may touch");
}

Exit run_gameday(const CLI::App& gameday, GameDayRequest& request, Output output, const Io& io) {
  const std::string name = gameday.get_subcommands().front()->get_name();
  request.plan.output = request.others.output = output;
  if (name == "plan") {
    const Result<double> pace = pace_of(request.pace);
    if (!pace) return fail(io, pace.error());
    request.plan.pace = *pace;
    return gameday_plan(request.plan, io);
  }
  if (name == "start") return gameday_start(request.others, io);
  if (name == "watch") return gameday_watch(request.others, io);
  if (name == "abort") return gameday_abort(request.others, io);
  if (name == "stop") return gameday_stop(request.others, io);
  if (name == "lift") return gameday_lift(request.others, io);
  if (name == "list") return gameday_list(request.others, io);
  if (name == "show") return gameday_show(request.others, io);
  return gameday_agents(request.others, io);
}

}  // namespace chokepoint::cli
