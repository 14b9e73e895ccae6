#pragma once
// chokepoint calibrate: values of a scenario chosen so that it predicts recorded game days.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct CalibrateArguments {
  std::string file = {};                    // of the scenario
  std::vector<std::string> game_days = {};  // records, or folders with one
  std::vector<std::string> free = {};       // PATH=FROM..TO
  std::string variant = {};  // which the new one is a copy of; empty: the records', if it is one
  std::string name = "calibrated";  // of the new variant
  std::uint64_t seed = 1;           // the first
  std::uint32_t seeds = 10;
  std::string out = {};  // for the scenario with the new variant; empty: the variant is printed
  Output output = Output::timeline;
};

// Exit::held when with the best values every game day is inside what is predicted, Exit::deviated
// when even then one is not: the model lacks something. Exit::invalid for files, records or ranges
// that do not fit together.
Exit calibrate(const CalibrateArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
