#pragma once
// Means and stretched copies of drawn durations.

#include "chokepoint/v1/values.pb.h"

namespace chokepoint::sim {

double mean_of(const v1::DrawnDuration& law);  // seconds

// The same law with every duration `factor` times as long.
v1::DrawnDuration scaled(const v1::DrawnDuration& law, double factor);

}  // namespace chokepoint::sim
