#pragma once
// chokepoint compare: several designs of one scenario under the same luck, side by side.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct CompareArguments {
  std::string file = {};                    // "-" is standard input
  std::vector<std::string> variants = {};   // "base" is the base; empty: the base and all variants
  std::vector<std::string> overrides = {};  // path=value, in every design
  std::uint64_t seed = 1;
  Output output = Output::timeline;  // json: an array of records in the order of the variants
};

// Exit::held when every design held, Exit::deviated when one did not; what fail() says when a
// design could not be loaded or its run died.
Exit compare(const CompareArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
