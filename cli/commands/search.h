#pragma once
// chokepoint search: the smallest sets of failures that take a capability down.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct SearchArguments {
  std::string file = {};                    // "-" is standard input
  std::vector<std::string> variants = {};   // "base" is the base; empty: the base
  std::vector<std::string> overrides = {};  // path=value, in every design
  std::vector<std::string> capabilities = {};
  std::vector<std::string> without = {};
  std::uint32_t most = 2;
  std::string let_pass = "1min";
  std::uint64_t seed = 1;
  std::uint32_t seeds = 3;
  std::uint64_t most_runs = 100'000;
  Output output = Output::timeline;  // json: an array of reports in the order of the variants
};

// Exit::held when the search was done, whatever it found; what fail() says of its errors.
Exit search(const SearchArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
