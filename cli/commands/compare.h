#pragma once
// chokepoint compare: several designs of one scenario under the same luck, side by side; or what
// was predicted beside what a game day saw.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct CompareArguments {
  std::string file = {};                    // "-" is standard input; or what was predicted
  std::string game_day = {};                // its record or folder; empty: designs are compared
  std::vector<std::string> variants = {};   // "base" is the base; empty: the base and all variants
  std::vector<std::string> overrides = {};  // path=value, in every design
  std::uint64_t seed = 1;
  Output output = Output::timeline;  // json: an array of records in the order of the variants
};

// Exit::held when every design held, Exit::deviated when one did not; what fail() says when a
// design could not be loaded or its run died.
// With a game day: Exit::held when all that decides was inside what was predicted, Exit::deviated
// when not, Exit::aborted for one that was not carried out to its end, which is shown all the same;
// Exit::invalid when the two are not of the same design.
Exit compare(const CompareArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
