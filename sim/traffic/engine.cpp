#include "sim/traffic/engine.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "scenarios/base/assert.h"
#include "sim/random/mean.h"
#include "sim/traffic/state.h"

namespace chokepoint::sim::traffic {
namespace {

void assert_no_cycle(const Model& model) {
  enum class Mark { open, entered, left };
  std::vector<Mark> marks(model.stations.size(), Mark::open);
  const std::function<void(StationId)> enter = [&](StationId station) {
    CHOKEPOINT_ASSERT(station < marks.size(), "calls go to stations of the model");
    if (marks[station] == Mark::left) return;
    CHOKEPOINT_ASSERT(marks[station] == Mark::open, "calls form no cycle");
    marks[station] = Mark::entered;
    for (const Call& call : model.stations[station].calls) enter(call.to);
    marks[station] = Mark::left;
  };
  for (StationId station = 0; station < model.stations.size(); ++station) enter(station);
}

bool is_made_for(const Call& call, FlowId flow) {
  const auto& only = call.only_for;
  return only.empty() || std::find(only.begin(), only.end(), flow) != only.end();
}

}  // namespace

Engine::State::State(Model the_model, const Streams& streams) : model(std::move(the_model)) {
  assert_no_cycle(model);
  for (const Station& spec : model.stations) {
    StationState station{.spec = spec};
    station.servers = spec.servers;
    station.mean_service = mean_of(spec.service_time);
    station.has_limit =
        spec.queue_limit < kNever || spec.shed_above < kNever || spec.concurrency_limit < kNever;
    station.follow();
    station.breakers.resize(spec.calls.size());
    station.ways.resize(spec.calls.size());
    if (spec.picks_one) {
      station.shares.resize(spec.calls.size());
      station.shares.at(0) = 1;
    }
    station.draws = streams.stream(spec.name, "service");
    stations.push_back(std::move(station));
  }
  for (const Flow& spec : model.flows) {
    CHOKEPOINT_ASSERT(spec.entry < stations.size(), "flows enter stations of the model");
    flows.push_back({.spec = spec,
                     .draws = streams.stream(spec.name, "arrivals"),
                     .jitter = streams.stream(spec.name, "jitter")});
    root_calls.push_back({.to = spec.entry, .timeout = spec.patience, .retry = spec.retry});
  }
  flow_count = flows.size();
  for (StationState& station : stations) {
    for (FlowId flow = 0; flow < flow_count; ++flow) {
      std::vector<CallMade>& made = calls_made.emplace_back();
      for (std::size_t number = 0; number < station.spec.calls.size(); ++number) {
        const Call& call = station.spec.calls[number];
        if (is_made_for(call, flow))
          made.push_back({&call, &station.breakers[number], &station.ways[number]});
      }
    }
  }
}

void Engine::State::begin_request(std::uint32_t flow, double count, double from, double span) {
  flows[flow].totals.requests += count;
  const std::uint32_t root = make_visit(kNone, flow, count, from, span);
  visits[root].asked_at = from + span / 2;
  make_calls(root, from);
}

// One draw for each flow and tick, however the tick is cut up by changes of state.
void Engine::State::begin_tick() {
  tick_ends = (std::floor(now / model.tick + 1e-9) + 1) * model.tick;
  if (model.arrivals == Arrivals::regular) return;
  for (FlowState& flow : flows) {
    const double expected = flow.rate * model.tick;
    flow.luck = expected > 0 ? static_cast<double>(flow.draws->poisson(expected)) / expected : 1;
  }
}

void Engine::State::emit_cohorts(double until) {
  for (std::uint32_t flow = 0; flow < flows.size(); ++flow) {
    const double count = flows[flow].rate * flows[flow].luck * (until - now);
    if (count > 0) begin_request(flow, count, now, until - now);
  }
}

void Engine::State::schedule_arrival(std::uint32_t flow) {
  FlowState& state = flows[flow];
  ++state.version;
  if (state.rate <= 0) return;
  const double gap = model.arrivals == Arrivals::regular ? 1 / state.rate
                                                         : state.draws->exponential(1 / state.rate);
  events.push(now + gap, Kind::arrival, flow, state.version);
}

void Engine::State::handle(const Event& event) {
  switch (event.kind) {
    case Kind::arrival:
      if (flows[event.index].version != event.version) return;
      schedule_arrival(event.index);
      begin_request(event.index, 1, now, 0);
      return;
    case Kind::completed:
      if (visits[event.index].version == event.version) complete_alone(event.index);
      return;
    case Kind::start:
      if (stations[event.index].version == event.version) start_head(event.index);
      return;
    case Kind::timeout:
      if (visits[event.index].version == event.version) time_out(event.index);
      return;
    case Kind::retry:
      if (visits[event.index].version == event.version) {
        begin_call(event.index, *next_call(visits[event.index]), now);
      }
      return;
    case Kind::arrived:
      visits[event.index].arrived = event.time;
      arrive(event.index, event.time);
      return;
    case Kind::answered:
      answer(event.index, visits[event.index].has_succeeded, event.time);
      return;
  }
}

void Engine::State::advance(double to) {
  CHOKEPOINT_ASSERT(to >= now, "time goes forward");
  while (now < to) {
    double until = to;
    if (!model.discrete) {
      if (now >= tick_ends) begin_tick();
      until = std::min(to, tick_ends);
      emit_cohorts(until);
    }
    while (!events.empty() && events.next().time < until) {
      const Event event = events.pop();
      now = std::max(now, event.time);
      handle(event);
    }
    now = until;
  }
}

Engine::Engine(Model model, const Streams& streams)
    : state_(std::make_unique<State>(std::move(model), streams)) {}

Engine::~Engine() = default;

void Engine::advance(double now) { state_->advance(now); }

double Engine::now() const { return state_->now; }

void Engine::set_servers(StationId station, double servers) {
  CHOKEPOINT_ASSERT(servers >= 0, "servers are not negative");
  state_->change_capacity(station, servers, state_->stations[station].speed);
}

void Engine::set_speed(StationId station, double speed) {
  CHOKEPOINT_ASSERT(speed > 0, "a station that stands still has no servers, not no speed");
  state_->change_capacity(station, state_->stations[station].servers, speed);
}

void Engine::set_service_time(StationId id, const v1::DrawnDuration& law) {
  StationState& station = state_->stations[id];
  const double begun = std::max(0.0, station.busy_until - state_->now) * station.rate;
  station.spec.service_time = law;
  station.mean_service = mean_of(law);
  station.follow();
  if (station.rate > 0 && station.rate < kNever && begun < kNever) {
    station.busy_until = state_->now + begun / station.rate;
  }
  if (!state_->model.discrete) state_->schedule_head(station, id);
}

void Engine::set_failing(StationId station, double with_error, double silently) {
  CHOKEPOINT_ASSERT(with_error >= 0 && silently >= 0 && with_error + silently <= 1 + 1e-9,
                    "shares of the requests add up to at most all");
  state_->stations[station].fails_with_error = with_error;
  state_->stations[station].fails_silently = silently;
}

void Engine::set_shares(StationId id, const std::vector<double>& by_call) {
  StationState& station = state_->stations[id];
  CHOKEPOINT_ASSERT(by_call.size() == station.shares.size(), "one share for each call");
  CHOKEPOINT_ASSERT(std::accumulate(by_call.begin(), by_call.end(), 0.0) <= 1 + 1e-9,
                    "shares of the requests add up to at most all");
  station.shares = by_call;
}

void Engine::flush_cache(StationId station) { state_->stations[station].cache_since = state_->now; }

void Engine::set_rate(FlowId flow, double per_second) {
  CHOKEPOINT_ASSERT(per_second >= 0, "rates are not negative");
  FlowState& state = state_->flows[flow];
  if (state.rate == per_second) return;
  state.rate = per_second;
  if (state_->model.discrete) state_->schedule_arrival(flow);
}

void Engine::set_turned_away(FlowId flow, double share) { state_->flows[flow].turned_away = share; }

void Engine::redirect_call(StationId station, std::uint32_t call_index, StationId to) {
  state_->stations[station].spec.calls.at(call_index).to = to;
}

void Engine::set_ways(StationId station, std::uint32_t call_index, const std::vector<Way>& ways) {
  state_->stations[station].ways.at(call_index) = ways;
}

void Engine::set_entry_ways(FlowId flow, const std::vector<Way>& ways) {
  state_->flows[flow].ways = ways;
}

const FlowTotals& Engine::flow(FlowId flow) const { return state_->flows[flow].totals; }

const StationTotals& Engine::station(StationId station) const {
  return state_->stations[station].totals;
}

double Engine::queue_length(StationId station) const { return state_->stations[station].waiting; }

double Engine::in_service(StationId id) const {
  const StationState& station = state_->stations[id];
  if (state_->model.discrete) return static_cast<double>(station.serving.size());
  if (station.rate >= kNever) return 0;
  return std::min(station.servers, std::max(0.0, station.busy_until - state_->now) * station.rate);
}

}  // namespace chokepoint::sim::traffic
