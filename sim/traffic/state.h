#pragma once
// The inside of the engine. Everything is a visit: a cohort of requests (one, if discrete) at one
// station, or at its user (the root). A visit makes calls one after the other; each call is a visit
// below it. Visits split when a share of the cohort meets another fate than the rest.
//
//   user (root) --call--> gateway --call--> database
//        patience, retry        timeout, retry
//
// A station serves discrete visits with whole servers, first come first served, which is exact; and
// cohorts as a fluid of the same total rate, first come first served.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/traffic/engine.h"
#include "sim/traffic/event_queue.h"

namespace chokepoint::sim::traffic {

inline constexpr std::uint32_t kNone = ~std::uint32_t{0};

struct Visit {
  double count = 0;
  double arrived = 0;  // the first request of the cohort; the others within `span` after it
  double span = 0;
  double deadline = 0;            // of the call being made, for the cohort's middle
  double asked_at = 0;            // root: first attempt
  std::uint32_t station = kNone;  // kNone: the root
  std::uint32_t flow = 0;
  std::uint32_t parent = kNone;  // kNone: root, or its caller has given up
  std::uint32_t child = kNone;   // the call being made, while it is not answered
  std::uint32_t version = 0;     // changes whenever an event for this visit gets stale
  std::uint32_t call = 0;        // which one of the station's
  std::uint32_t attempt = 0;     // of that call, 0 is the first
  double multiplicity = 1;       // requests here for each one of the parent's
  double clients_from = 0;       // the part of all clients that it comes from; one: a point
  double clients_to = 1;
  double work_left = 0;  // seconds at speed 1, as of `work_since` (discrete)
  double work_since = 0;
  std::uint32_t slot = 0;      // in the station's list of visits served (discrete)
  double way_back = 0;         // seconds that its answer takes to the caller
  bool is_abandoned = false;   // its caller has given up
  bool has_succeeded = false;  // while its answer is on the way
  bool has_timer = false;
  bool is_in_use = false;
};

struct BreakerState {
  double window_from = 0;
  double calls = 0;
  double failures = 0;
  double open_until = -1;
};

struct StationState {
  Station spec = {};
  double mean_service = 0;  // seconds at speed 1
  double servers = 0;
  double speed = 1;
  double rate = 0;         // requests per second; follows from the three above
  double work = 0;         // seconds at this speed; follows too
  bool has_limit = false;  // of any kind
  double fails_with_error = 0;
  double fails_silently = 0;
  double cache_since = -kNever;             // last flush; long ago: warm
  std::vector<BreakerState> breakers = {};  // by call
  std::vector<std::vector<Way>> ways = {};  // by call
  std::vector<double> shares = {};          // by call, if it picks one
  std::deque<std::uint32_t> queue = {};
  std::vector<std::uint32_t> serving = {};  // discrete
  double waiting = 0;                       // requests in the queue
  double inside = 0;                        // requests waiting, or (discrete) here at all
  double busy_until = 0;                    // cohorts: when what has begun is done
  double frozen = 0;                        // cohorts: begun, but no server is left to go on
  double last_latency = 0;                  // cohorts: of the last answered visit, seconds
  std::uint32_t version = 0;
  std::optional<Stream> draws = {};
  StationTotals totals = {};

  // Called after each change of what they follow from.
  void follow() {
    rate = mean_service > 0 ? servers * speed / mean_service : kNever;
    work = mean_service / speed;
  }
};

// A call that the requests of a flow make at a station.
struct CallMade {
  const Call* call;
  BreakerState* breaker;
  const std::vector<Way>* ways;
};

struct FlowState {
  Flow spec = {};
  double rate = 0;
  double turned_away = 0;
  std::vector<Way> ways = {};
  double luck = 1;  // cohorts: this tick's arrivals as a multiple of the expected ones
  std::uint32_t version = 0;
  std::optional<Stream> draws = {};  // arrivals only, so that they are the same whatever fails
  std::optional<Stream> jitter = {};
  FlowTotals totals = {};
};

enum class Fate { answered, error, late };

struct Engine::State {
  State(Model model, const Streams& streams);

  // engine.cpp
  void advance(double to);
  void begin_tick();
  void emit_cohorts(double until);
  void schedule_arrival(std::uint32_t flow);
  void begin_request(std::uint32_t flow, double count, double from, double span);
  void handle(const Event& event);

  // visits.cpp
  std::uint32_t make_visit(std::uint32_t station, std::uint32_t flow, double count, double time,
                           double span);
  void free_visit(std::uint32_t visit);
  // Takes a share out of a visit and all above it; the new visit stands where the old one does.
  std::uint32_t split(std::uint32_t visit, double share);
  std::uint32_t divert(std::uint32_t visit, double share);  // split, or all of it
  void abandon(std::uint32_t visit);

  // calls.cpp
  const std::vector<CallMade>& calls_of(const Visit& visit) const {
    return calls_made[visit.station * flow_count + visit.flow];
  }
  const Call* next_call(const Visit& visit) const;
  void make_calls(std::uint32_t visit, double time);
  void pick_call(std::uint32_t visit, double time);
  void narrow(std::uint32_t visit, double from, double to);
  void begin_call(std::uint32_t visit, const Call& call, double time);
  const std::vector<Way>& ways_of(const Visit& visit) const;
  void send(std::uint32_t visit, const Call& call, double round_trip, double time);
  bool turn_away(std::uint32_t root, double time);
  void arm_timer(std::uint32_t visit);
  void wait_in_vain(std::uint32_t visit, double until);
  void time_out(std::uint32_t visit);
  void answer(std::uint32_t child, bool is_ok, double time);
  void conclude(std::uint32_t visit, Fate fate, double time);
  void finish(std::uint32_t visit, bool is_ok, double time);
  void finish_root(std::uint32_t visit, bool is_ok, double time);
  bool breaker_lets_pass(std::uint32_t visit, double time);
  void tell_breaker(const Visit& visit, const Breaker& spec, bool is_ok, double time);
  double backoff(const Visit& visit, const Retry& retry);

  // stations.cpp
  void arrive(std::uint32_t visit, double time);
  double admitted(const StationState& station, const Visit& visit, double time) const;
  void lose(std::uint32_t visit);
  void refuse(std::uint32_t visit, double time);
  void take_in(std::uint32_t visit, double time);
  void start_alone(std::uint32_t visit);
  void complete_alone(std::uint32_t visit);
  void start_cohort(std::uint32_t visit, double time, double span);
  void stop_serving(std::uint32_t visit);
  void start_head(std::uint32_t station);
  void schedule_head(StationState& station, std::uint32_t id);
  void feed_servers(StationState& station);
  void leave(Visit& visit);
  void do_calls_or_hit_cache(std::uint32_t visit, double time);
  void change_capacity(std::uint32_t station, double servers, double speed);

  Model model;
  std::vector<StationState> stations;
  std::vector<FlowState> flows;
  std::vector<Call> root_calls;  // one for each flow
  std::size_t flow_count = 0;
  std::vector<std::vector<CallMade>> calls_made;  // [station * flow_count + flow]
  std::vector<Visit> visits;
  std::vector<std::uint32_t> free;
  EventQueue events;
  double now = 0;
  double tick_ends = 0;  // cohorts
};

}  // namespace chokepoint::sim::traffic
