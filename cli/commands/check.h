#pragma once
// chokepoint check: says whether scenarios are valid, and everything that is wrong with those that
// are not.

#include <string>
#include <vector>

#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct CheckArguments {
  std::vector<std::string> files = {};  // "-" is standard input
  std::string deployment = {};          // empty: none
};

// A line for each valid file on `out`, the errors of the others on `err`. Exit::held when all are
// valid, else Exit::invalid. Changes nothing.
Exit check(const CheckArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
