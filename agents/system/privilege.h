#pragma once
// What this process may do.

#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Whether packet filters of this network namespace may be changed (CAP_NET_ADMIN). Errors: denied.
Status may_filter_packets();

}  // namespace chokepoint::agents
