#pragma once
// How strong something is at a time; straight lines between the points. See Curve in values.proto.

#include "chokepoint/v1/values.pb.h"

namespace chokepoint::sim {

double level_at(const v1::Curve& curve, double time);  // 1 if the curve has no points

// Integral of the level over [from, to), by steps of at most a minute.
double integral_of(const v1::Curve& curve, double from, double to);

}  // namespace chokepoint::sim
