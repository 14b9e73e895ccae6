#pragma once
// Small models for tests of the traffic engine.

#include "sim/traffic/engine.h"

namespace chokepoint::sim::traffic {

inline v1::DrawnDuration fixed(double seconds) {
  v1::DrawnDuration law;
  law.set_fixed(seconds);
  return law;
}

inline v1::DrawnDuration exponential(double mean) {
  v1::DrawnDuration law;
  law.set_exponential(mean);
  return law;
}

// One flow into one station, every request alone.
inline Model one_station(double servers, const v1::DrawnDuration& service_time) {
  Model model;
  model.discrete = true;
  model.stations.push_back({.name = "station", .servers = servers, .service_time = service_time});
  model.flows.push_back({.name = "flow", .entry = 0});
  return model;
}

}  // namespace chokepoint::sim::traffic
