#pragma once
// What `chokepoint gameday` and its commands take on the command line.

#include <CLI/CLI.hpp>
#include <string>

#include "cli/commands/gameday.h"
#include "cli/commands/gameday_plan.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

// Filled in by CLI11; lives until run_gameday is through.
struct GameDayRequest {
  GameDayPlanArguments plan;
  std::string pace = "1x";
  GameDayArguments others;
};

// The command and its subcommands. `is_json` is the flag --json, which `add_common` adds to a
// command that simulates a scenario, together with its FILE, --seed and --set.
void add_gameday(CLI::App& app, GameDayRequest& request, bool& is_json);

// Carries out the subcommand that was parsed.
Exit run_gameday(const CLI::App& gameday, GameDayRequest& request, Output output, const Io& io);

// FILE, --seed, --set and --json.
void add_common(CLI::App& command, std::string& file, std::vector<std::string>& overrides,
                std::uint64_t& seed, bool& is_json);

}  // namespace chokepoint::cli
