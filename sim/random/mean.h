#pragma once
// Means and stretched copies of drawn durations.

#include "chokepoint/v1/values.pb.h"

namespace chokepoint::sim {

double mean_of(const v1::DrawnDuration& law);  // seconds
// The shortest that is drawn; the mean, of a law that comes as close to zero as you like. Seconds.
double least_of(const v1::DrawnDuration& law);

// The same law with every duration `factor` times as long.
v1::DrawnDuration scaled(const v1::DrawnDuration& law, double factor);

}  // namespace chokepoint::sim
