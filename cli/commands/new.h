#pragma once
// chokepoint new: a commented scenario to start from.

#include <string>

#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct NewArguments {
  std::string file = {};  // empty or "-": print it
};

// Never overwrites: a file that exists is Exit::invalid.
Exit new_scenario(const NewArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
