#pragma once
// User traffic between two instants. The engine knows no SimGrid and no scenario: whoever owns the
// clock calls advance(now) before each change of state and at each sample, then changes what
// changed. Between two calls the state of every station is constant, which is what makes cohorts
// cheap.

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/random/stream.h"
#include "sim/traffic/model.h"

namespace chokepoint::sim::traffic {

// Counted since the start. A request is one thing that a user wants; an attempt is one try at it.
struct FlowTotals {
  double requests = 0;     // arrived, retries not counted
  double attempts = 0;     // including retries of the user
  double succeeded = 0;    // answered within the patience
  double failed = 0;       // given up: requests = succeeded + failed + still open
  double rejected = 0;     // attempts answered with an error at once (refused, shed, breaker open)
  double timed_out = 0;    // attempts that the user stopped waiting for
  double latency_sum = 0;  // over succeeded requests, from first attempt to answer, seconds
};

struct StationTotals {
  double arrived = 0;    // requests offered, retries of callers included
  double served = 0;     // finished own work
  double wasted = 0;     // of those, finished after their caller had given up
  double refused = 0;    // queue full, concurrency limit, shed
  double errored = 0;    // failed by set_failing or by a call that was not optional
  double wait_sum = 0;   // time in queue over served requests, seconds
  double busy_time = 0;  // server-seconds of work
};

class Engine {
 public:
  // Asserts that calls form no cycle and ids are in range.
  Engine(Model model, const Streams& streams);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Integrates to `now` (>= the last call) under the present state.
  void advance(double now);
  double now() const;

  // Changes of state, effective from now() on. Requests in service on servers that go away are
  // lost: their callers notice by timeout.
  void set_servers(StationId station, double servers);  // >= 0
  void set_speed(StationId station, double speed);      // share of full speed, > 0
  void set_service_time(StationId station, const v1::DrawnDuration& law);
  // Of the requests that arrive from now on, this share is answered with an error at once, and that
  // share is never answered; their sum is at most 1.
  void set_failing(StationId station, double with_error, double silently);
  // For a station that picks one of its calls: the share of the requests that makes each; they add
  // up to at most 1, and the rest is answered with an error. All make the first until this is set.
  void set_shares(StationId station, const std::vector<double>& by_call);
  void flush_cache(StationId station);
  void set_rate(FlowId flow, double per_second);  // >= 0; first attempts
  // Share of the attempts of a flow that are turned away at the door, before any station.
  void set_turned_away(FlowId flow, double share);
  // Replaces what the station calls (a dependency moved to another station): same number of calls.
  void redirect_call(StationId station, std::uint32_t call_index, StationId to);

  // How far it is, from now on, from a station to what it calls, and from the users of a flow to
  // their entry: shares that add up to one; empty: no distance at all, as at the start. Each call
  // takes one of the ways, whichever way the call before it took.
  void set_ways(StationId station, std::uint32_t call_index, const std::vector<Way>& ways);
  void set_entry_ways(FlowId flow, const std::vector<Way>& ways);

  const FlowTotals& flow(FlowId flow) const;
  const StationTotals& station(StationId station) const;
  double queue_length(StationId station) const;  // waiting now
  double in_service(StationId station) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chokepoint::sim::traffic
