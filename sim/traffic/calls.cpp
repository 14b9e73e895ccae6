#include <algorithm>
#include <cmath>

#include "sim/traffic/state.h"

namespace chokepoint::sim::traffic {

const Call* Engine::State::next_call(const Visit& visit) const {
  if (visit.station == kNone) {
    return visit.call == 0 ? &root_calls[visit.flow] : nullptr;
  }
  const std::vector<CallMade>& calls = calls_of(visit);
  return visit.call < calls.size() ? calls[visit.call].call : nullptr;
}

// Makes the call that is next, or finishes when none is left.
void Engine::State::make_calls(std::uint32_t visit, double time) {
  const Call* call = next_call(visits[visit]);
  if (call == nullptr) {
    finish(visit, true, time);
    return;
  }
  if (visits[visit].station != kNone && stations[visits[visit].station].spec.picks_one) {
    pick_call(visit, time);
    return;
  }
  if (call->per_request < 1) {
    Stream* draws =
        visits[visit].station == kNone ? nullptr : &*stations[visits[visit].station].draws;
    const bool is_alone = visits[visit].span <= 0 && visits[visit].count <= 1;
    if (is_alone && draws != nullptr) {
      if (draws->uniform() >= call->per_request) {
        ++visits[visit].call;
        make_calls(visit, time);
        return;
      }
    } else if (call->per_request <= 0) {
      ++visits[visit].call;
      make_calls(visit, time);
      return;
    } else {
      const std::uint32_t without = split(visit, 1 - call->per_request);
      ++visits[without].call;
      make_calls(without, time);
    }
  }
  begin_call(visit, *call, time);
}

// Divides the visit over the calls of a station that picks one. A client stays with its answer as
// long as the shares let it, so a retry does not change its luck.
void Engine::State::pick_call(std::uint32_t visit, double time) {
  constexpr double kRounding = 1e-9;
  StationState& station = stations[visits[visit].station];
  if (model.discrete && visits[visit].clients_from < visits[visit].clients_to) {
    const double client = station.draws->uniform();
    narrow(visit, client, client);
  }
  double ends = 0;
  for (std::uint32_t number = 0; number < station.shares.size(); ++number) {
    ends += station.shares[number];
    const double from = visits[visit].clients_from;
    const double to = visits[visit].clients_to;
    if (from >= ends || (from < to && ends - from < kRounding)) continue;
    const bool takes_all = to - ends < kRounding;
    const std::uint32_t taken = takes_all ? visit : split(visit, (ends - from) / (to - from));
    if (!takes_all) {
      narrow(taken, from, ends);
      narrow(visit, ends, to);
    }
    visits[taken].call = number;
    begin_call(taken, station.spec.calls[number], time);
    if (takes_all) return;
  }
  finish(visit, false, time);
}

// The visit, and all that wait for it, come from this part of the clients.
void Engine::State::narrow(std::uint32_t visit, double from, double to) {
  for (; visit != kNone; visit = visits[visit].parent) {
    visits[visit].clients_from = from;
    visits[visit].clients_to = to;
  }
}

void Engine::State::begin_call(std::uint32_t visit, const Call& call, double time) {
  if (call.breaker && !breaker_lets_pass(visit, time)) {
    conclude(visit, Fate::error, time);
    return;
  }
  if (visits[visit].station == kNone && turn_away(visit, time)) return;
  const std::vector<Way>& ways = ways_of(visits[visit]);
  if (ways.empty()) {
    send(visit, call, 0, time);
    return;
  }
  double left = 1;
  double drawn = 0;
  if (model.discrete) {
    const Visit& caller = visits[visit];
    Stream& draws =
        caller.station == kNone ? *flows[caller.flow].jitter : *stations[caller.station].draws;
    drawn = draws.uniform();
  }
  for (const Way& way : ways) {
    const bool is_last = &way == &ways.back() || way.share >= left;
    if (model.discrete) {
      drawn -= way.share;
      if (drawn >= 0 && !is_last) continue;
      send(visit, call, way.round_trip, time);
      return;
    }
    send(is_last ? visit : split(visit, way.share / left), call, way.round_trip, time);
    if (is_last) return;
    left -= way.share;
  }
}

const std::vector<Way>& Engine::State::ways_of(const Visit& visit) const {
  if (visit.station == kNone) return flows[visit.flow].ways;
  return *calls_of(visit)[visit.call].ways;
}

void Engine::State::send(std::uint32_t visit, const Call& call, double round_trip, double time) {
  if (call.connect_timeout && round_trip > *call.connect_timeout) {
    wait_in_vain(visit, time + *call.connect_timeout);
    return;
  }
  const double times = std::max(1.0, call.per_request);
  const std::uint32_t child = make_visit(call.to, visits[visit].flow, visits[visit].count * times,
                                         time, visits[visit].span);
  Visit& caller = visits[visit];
  visits[child].parent = visit;
  visits[child].clients_from = caller.clients_from;
  visits[child].clients_to = caller.clients_to;
  visits[child].multiplicity = times;
  caller.child = child;
  const double connected = call.connect_timeout ? time + round_trip : time;
  caller.deadline = connected + call.timeout;
  if (round_trip > 0) {
    visits[child].way_back = round_trip / 2;
    events.push(std::max(connected + round_trip / 2, now), Kind::arrived, child,
                visits[child].version);
    arm_timer(visit);
    return;
  }
  const std::uint32_t version = caller.version;
  arrive(child, time);
  // Answered by now, unless it has to wait somewhere.
  if (visits[visit].version == version) arm_timer(visit);
}

// Counts an attempt of a user; true if all of it is turned away at the door.
bool Engine::State::turn_away(std::uint32_t root, double time) {
  FlowState& flow = flows[visits[root].flow];
  flow.totals.attempts += visits[root].count;
  double share = flow.turned_away;
  if (share <= 0) return false;
  if (model.discrete) {
    if (flow.jitter->uniform() >= share) return false;
    share = 1;
  }
  const std::uint32_t away = divert(root, share);
  conclude(away, Fate::error, time);
  return away == root;
}

void Engine::State::arm_timer(std::uint32_t visit) {
  Visit& caller = visits[visit];
  if (caller.deadline >= kNever || caller.has_timer) return;
  caller.has_timer = true;
  events.push(caller.deadline + caller.span / 2, Kind::timeout, visit, caller.version);
}

// Nobody will answer the call being made.
void Engine::State::wait_in_vain(std::uint32_t visit, double until) {
  visits[visit].child = kNone;
  visits[visit].deadline = until;
  visits[visit].has_timer = false;  // one that is set for later finds the call ended
  arm_timer(visit);
}

void Engine::State::time_out(std::uint32_t visit) {
  visits[visit].has_timer = false;
  if (visits[visit].child != kNone) abandon(visits[visit].child);
  conclude(visit, Fate::late, visits[visit].deadline);
}

// The child has an answer for its caller, the first of the cohort at `time`.
void Engine::State::answer(std::uint32_t child, bool is_ok, double time) {
  const std::uint32_t caller = visits[child].parent;
  const double span = visits[child].span;
  if (visits[child].is_abandoned && visits[child].station != kNone) {
    stations[visits[child].station].totals.wasted += visits[child].count;
  }
  if (caller == kNone) {
    free_visit(child);
    return;
  }
  if (visits[child].way_back > 0) {
    visits[child].has_succeeded = is_ok;
    const double there = time + visits[child].way_back;
    visits[child].way_back = 0;
    events.push(std::max(there, now), Kind::answered, child, visits[child].version);
    return;
  }
  const double middle = time + span / 2;
  const bool is_late = middle > visits[caller].deadline + visits[caller].span / 2;
  if (is_late) stations[visits[child].station].totals.wasted += visits[child].count;
  free_visit(child);
  if (is_late) {
    conclude(caller, Fate::late, visits[caller].deadline);
  } else {
    visits[caller].span = span;
    conclude(caller, is_ok ? Fate::answered : Fate::error, time);
  }
}

// The call being made has come to an end, one way or another.
void Engine::State::conclude(std::uint32_t visit, Fate fate, double time) {
  Visit& caller = visits[visit];
  const Call& call = *next_call(caller);
  caller.child = kNone;
  caller.has_timer = false;
  ++caller.version;
  if (call.breaker) tell_breaker(caller, *call.breaker, fate == Fate::answered, time);
  if (caller.station == kNone && fate != Fate::answered) {
    FlowTotals& totals = flows[caller.flow].totals;
    (fate == Fate::late ? totals.timed_out : totals.rejected) += caller.count;
  }
  if (fate != Fate::answered && caller.attempt < call.retry.attempts) {
    const double wait = backoff(caller, call.retry);
    ++caller.attempt;
    events.push(std::max(time + wait, now), Kind::retry, visit, caller.version);
    return;
  }
  if (fate == Fate::answered || call.optional) {
    const bool has_picked = caller.station != kNone && stations[caller.station].spec.picks_one;
    caller.call = has_picked ? kNone : caller.call + 1;
    caller.attempt = 0;
    make_calls(visit, time);
  } else {
    finish(visit, false, time);
  }
}

double Engine::State::backoff(const Visit& visit, const Retry& retry) {
  const double full =
      std::min(retry.backoff_max, retry.backoff * std::pow(retry.factor, visit.attempt));
  if (retry.jitter <= 0 || full <= 0) return full;
  return full * (1 - retry.jitter * flows[visit.flow].jitter->uniform());
}

void Engine::State::finish(std::uint32_t visit, bool is_ok, double time) {
  if (visits[visit].station == kNone) {
    finish_root(visit, is_ok, time);
    return;
  }
  StationState& station = stations[visits[visit].station];
  if (!is_ok) station.totals.errored += visits[visit].count;
  station.last_latency = time - visits[visit].arrived;
  leave(visits[visit]);
  answer(visit, is_ok, time);
}

void Engine::State::finish_root(std::uint32_t visit, bool is_ok, double time) {
  const Visit& root = visits[visit];
  FlowTotals& totals = flows[root.flow].totals;
  if (is_ok) {
    totals.succeeded += root.count;
    totals.latency_sum += root.count * (time + root.span / 2 - root.asked_at);
  } else {
    totals.failed += root.count;
  }
  free_visit(visit);
}

bool Engine::State::breaker_lets_pass(std::uint32_t visit, double time) {
  const Visit& caller = visits[visit];
  return time >= calls_of(caller)[caller.call].breaker->open_until;
}

void Engine::State::tell_breaker(const Visit& visit, const Breaker& spec, bool is_ok, double time) {
  BreakerState& breaker = *calls_of(visit)[visit.call].breaker;
  if (time < breaker.open_until) return;  // refused by the breaker itself, or answered from before
  if (time - breaker.window_from > spec.window) {
    breaker = {.window_from = time, .calls = 0, .failures = 0, .open_until = breaker.open_until};
  }
  breaker.calls += visit.count;
  if (!is_ok) breaker.failures += visit.count;
  if (breaker.calls < spec.at_least || breaker.failures < spec.opens_at * breaker.calls) return;
  breaker = {.window_from = time + spec.cool_down,
             .calls = 0,
             .failures = 0,
             .open_until = time + spec.cool_down};
}

}  // namespace chokepoint::sim::traffic
