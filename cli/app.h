#pragma once
// The command line: what `chokepoint` can be asked for, and who does it.

#include "cli/io.h"

namespace chokepoint::cli {

// Reads the arguments, does what they say, and returns the number to exit with (exit.h). Sets up
// signals and the log. Call once.
int run_app(int argc, const char* const* argv, const Io& io);

}  // namespace chokepoint::cli
