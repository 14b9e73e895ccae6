#pragma once
// How a run's outcome becomes an exit code; errors have theirs in scenarios/base/exit.h.

#include "chokepoint/v1/record.pb.h"
#include "scenarios/base/exit.h"

namespace chokepoint::cli {

using chokepoint::Exit;
using chokepoint::exit_of;

// What a finished run ends with. A record without an outcome is a run that came to no verdict.
Exit exit_of(v1::Outcome outcome);

}  // namespace chokepoint::cli
