#pragma once
// How programs end. Scripts decide by these numbers, so they never change their meaning.

#include "scenarios/base/result.h"

namespace chokepoint {

enum class Exit : int {
  held = 0,           // every expectation held, or there was nothing to hold
  deviated = 1,       // at least one expectation deviated
  invalid = 2,        // wrong use of the program, or a file that is wrong or cannot be read
  aborted = 3,        // ended before there was a verdict: a guard, a full disk, a run that died
  not_reverted = 4,   // a fault may still be in place
  interrupted = 130,  // SIGINT
};

// The one place where errors become exit codes.
Exit exit_of(Code code);

}  // namespace chokepoint
