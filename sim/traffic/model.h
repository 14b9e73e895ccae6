#pragma once
// What the traffic engine is told before it starts: stations that serve requests in order of
// arrival, the calls between them, and the flows of requests that arrive from outside. Plain data.
// Durations are seconds, rates per second, shares of one.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chokepoint/v1/values.pb.h"

namespace chokepoint::sim::traffic {

using StationId = std::uint32_t;
using FlowId = std::uint32_t;
inline constexpr double kNever = std::numeric_limits<double>::infinity();
inline constexpr double kUnlimited = 1e9;  // servers: more than anybody keeps busy

struct Retry {
  std::uint32_t attempts = 0;  // after the first
  double backoff = 0;
  double factor = 2;
  double backoff_max = 60;
  double jitter = 0;  // share of each wait that is drawn
};

struct Breaker {
  double opens_at = 0.5;
  double window = 10;
  std::uint32_t at_least = 20;
  double cool_down = 30;
};

struct Call {
  StationId to = 0;
  double timeout = kNever;
  // Each call opens a connection of its own, one more way there and back, and gives up when nobody
  // takes it within this. Absent: connections are kept open.
  std::optional<double> connect_timeout = {};
  Retry retry = {};
  double per_request = 1;
  bool optional = false;
  std::optional<Breaker> breaker = {};
  // Made for the requests of these flows only; empty: for all. (Two flows can share an entry and
  // yet need different things behind it.)
  std::vector<FlowId> only_for = {};
};

// How far away what is called stands, for a share of the calls. They reach it half of `round_trip`
// later (one and a half with a connection of their own), and its answers take the other half.
struct Way {
  double share = 1;
  double round_trip = 0;  // seconds
  bool operator==(const Way&) const = default;
};

struct Cache {
  double hit_ratio = 0;
  double warm_up = 0;
};

struct Station {
  std::string name;                     // names its random streams
  double servers = 1;                   // requests served at once, over all replicas
  v1::DrawnDuration service_time = {};  // own work for one request at speed 1
  double queue_limit = kNever;          // waiting requests, over all replicas
  double concurrency_limit = kNever;    // requests inside, those waiting for calls included
  double shed_above = kNever;           // refuse what would wait longer
  std::vector<Call> calls = {};         // one after the other; must not form a cycle
  bool picks_one = false;               // makes one of its calls only: Engine::set_shares
  std::optional<Cache> cache = {};
};

struct Flow {
  std::string name;  // names its random streams
  StationId entry = 0;
  double patience = kNever;
  Retry retry = {};
};

// Answers each request at once, however many there are.
inline Station instant_station(std::string name) {
  Station station{.name = std::move(name), .servers = kUnlimited};
  station.service_time.set_fixed(0);
  return station;
}

enum class Arrivals { poisson, regular };

struct Model {
  std::vector<Station> stations;
  std::vector<Flow> flows;
  double tick = 1;        // requests of one tick travel as one cohort
  bool discrete = false;  // every request travels alone: cohorts of size one
  Arrivals arrivals = Arrivals::poisson;
};

}  // namespace chokepoint::sim::traffic
