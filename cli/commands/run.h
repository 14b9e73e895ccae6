#pragma once
// chokepoint run: simulates one design of a scenario and shows what came of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

enum class Output { timeline, json };

struct RunArguments {
  std::string file = {};                    // "-" is standard input
  std::string variant = {};                 // "" or "base" is the base
  std::vector<std::string> overrides = {};  // path=value
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> circumstances_of = {};  // as sim::RunOptions has it
  std::string folder = {};                             // for the run folder; empty: none is written
  Output output = Output::timeline;
};

// Exit::held or Exit::deviated after a run; what fail() says when there was none, or when its files
// could not be written. Runs at most once in a process, as sim::run does.
Exit run(const RunArguments& arguments, const Io& io);

// The command that does the same again, quoted for a shell. Without --out and --json: they do not
// change the record.
std::string reproduce_command(const RunArguments& arguments);

}  // namespace chokepoint::cli
