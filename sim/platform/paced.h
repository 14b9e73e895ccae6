#pragma once
// Long transfers that keep below a limit of their own.

#include "sim/platform/kernel.h"

namespace chokepoint::sim {

// Sends piece by piece, each at most kPiece seconds' worth at the limit, and waits after each until
// the limit would have let it through; so the mean rate is the limit or the network's fair share,
// whichever is lower. (SimGrid 3.32 ignores a rate set on a host-to-host communication.) Blocks.
Kernel::Sent send_paced(Kernel& kernel, RackId from, RackId to, double bytes, double limit);

inline constexpr double kPiece = 60;  // seconds

}  // namespace chokepoint::sim
