#pragma once
// Errors as people see them, on stderr.

#include "cli/exit.h"
#include "cli/io.h"
#include "scenarios/loader/load.h"

namespace chokepoint::cli {

// Says what is wrong and what to do next, and returns what to end with.
Exit fail(const Io& io, const Error& error);

// All that is wrong with a scenario. Always Exit::invalid: a file that cannot be read is as invalid
// as one that is wrong.
Exit fail(const Io& io, const Errors& errors);

}  // namespace chokepoint::cli
