#pragma once
// What a daemon says: lines for people on a terminal, JSON objects otherwise.

namespace chokepoint::agents {

// Everything that is logged from now on goes to standard error.
void log_to_standard_error();

}  // namespace chokepoint::agents
