#pragma once
// chokepoint gameday plan: what a game day would touch, and what is predicted of it.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct GameDayPlanArguments {
  std::string file = {};  // of the scenario
  std::string deployment = {};
  std::string variant = {};
  std::vector<std::string> overrides = {};
  double pace = 1;
  std::uint64_t seed = 1;    // the first
  std::uint32_t seeds = 10;  // that predict
  std::string out = {};      // a file for the plan; empty: none is written
  Output output = Output::timeline;
};

// Simulates the scenario with every seed, and prints the plan; touches nothing. Exit::held for a
// plan that could be started, Exit::invalid for a file that is wrong or a plan that something
// stands against, which is then said.
Exit gameday_plan(const GameDayPlanArguments& arguments, const Io& io);

// "60x" or "60". Errors: no number above 0.
Result<double> pace_of(const std::string& text);

}  // namespace chokepoint::cli
