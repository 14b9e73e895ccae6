#pragma once
// Another clock for a program that is to be started: libfaketime, which stands between the program
// and the C library.

#include <string>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Where the library stands on this host. Errors: not_found, with the package that brings it.
Result<std::string> find_clock_library();

// The environment, NAME=value, in which a program's time of day is `ahead` seconds ahead, or behind
// when negative; timers stay true, and so do times of files. How fast it passes is left alone:
// libfaketime 0.9.10 fails sleep with absolute times then. `library` holds neither space nor colon;
// `shared` as below, or empty for a program that is known to tidy up.
std::vector<std::string> clock_settings(const std::string& library, const std::string& shared,
                                        double ahead);

// Makes what the programs with one clock share, a semaphore and memory of this name. Without it
// each makes its own, and most leave it behind. Errors: unavailable, denied.
Status make_shared_clock(const std::string& name);
// No error when there is none.
Status remove_shared_clock(const std::string& name);

// Starts a program with another clock and asks it what time it is. Errors: as above, unavailable
// when it tells the true time.
Status try_clock();

}  // namespace chokepoint::agents
