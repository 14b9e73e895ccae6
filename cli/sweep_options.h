#pragma once
// The command line of chokepoint sweep.

#include <CLI/CLI.hpp>

#include "cli/commands/sweep.h"

namespace chokepoint::cli {

// Adds the command and what stands below it.
void add_sweep(CLI::App& app, SweepArguments& arguments, bool& is_json);

// Carries out what was asked for; `sweep` is the parsed command.
Exit run_sweep(const CLI::App& sweep, SweepArguments& arguments, Output output, const Io& io);

}  // namespace chokepoint::cli
