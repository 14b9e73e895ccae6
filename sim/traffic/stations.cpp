#include <algorithm>
#include <cmath>

#include "scenarios/base/assert.h"
#include "sim/traffic/state.h"

namespace chokepoint::sim::traffic {

void Engine::State::arrive(std::uint32_t visit, double time) {
  StationState& station = stations[visits[visit].station];
  station.totals.arrived += visits[visit].count;
  double with_error = station.fails_with_error;
  double silently = station.fails_silently;
  if (model.discrete && with_error + silently > 0) {
    const double draw = station.draws->uniform();
    silently = draw >= with_error && draw < with_error + silently ? 1 : 0;
    with_error = draw < with_error ? 1 : 0;
  }
  if (with_error > 0) {
    const std::uint32_t failing = divert(visit, with_error);
    station.totals.errored += visits[failing].count;
    answer(failing, false, time);
    if (failing == visit) return;
  }
  if (silently > 0) {
    const std::uint32_t lost = divert(visit, silently / (1 - with_error));
    lose(lost);
    if (lost == visit) return;
  }
  const double count = visits[visit].count;
  const double fits = admitted(station, visits[visit], time);
  if (fits <= 0) {
    refuse(visit, time);
    return;
  }
  if (fits < count) refuse(split(visit, 1 - fits / count), time);
  take_in(visit, time);
}

// Never answered: the caller, if it waits at all, notices by its timeout; before that, if nobody
// takes its connection.
void Engine::State::lose(std::uint32_t visit) {
  const std::uint32_t caller = visits[visit].parent;
  const double asked_at = visits[visit].asked_at;
  free_visit(visit);
  if (caller == kNone) return;
  if (const auto& connect_timeout = next_call(visits[caller])->connect_timeout) {
    wait_in_vain(caller, std::max(asked_at + *connect_timeout, now));
    return;
  }
  visits[caller].child = kNone;
  arm_timer(caller);
}

void Engine::State::refuse(std::uint32_t visit, double time) {
  stations[visits[visit].station].totals.refused += visits[visit].count;
  answer(visit, false, time);
}

// How many of the visit's requests the station's limits let in.
double Engine::State::admitted(const StationState& station, const Visit& visit, double time) const {
  const Station& spec = station.spec;
  if (!station.has_limit) return visit.count;
  if (model.discrete) {
    if (station.inside >= spec.concurrency_limit) return 0;
    if (static_cast<double>(station.serving.size()) < std::floor(station.servers)) return 1;
    if (station.waiting >= spec.queue_limit) return 0;
    return (station.waiting + 1) / station.rate > spec.shed_above ? 0 : 1;
  }
  const double rate = station.rate;
  double fits = visit.count;
  if (spec.queue_limit < kNever || spec.shed_above < kNever) {
    const double begun = rate < kNever ? std::max(0.0, station.busy_until - time) * rate : 0;
    const double room = std::min(spec.queue_limit, rate > 0 ? spec.shed_above * rate : 0.0);
    const double served_meanwhile = rate < kNever ? rate * visit.span : visit.count;
    fits = std::min(fits, served_meanwhile + room - station.waiting - begun);
  }
  if (spec.concurrency_limit < kNever) {
    // By Little's law a cohort of n over a span keeps n * latency / span of them inside at a time.
    const double latency =
        std::max(station.last_latency, station.mean_service / std::max(station.speed, 1e-9));
    const double stay = visit.span > 0 ? std::min(1.0, latency / visit.span) : 1;
    fits = std::min(fits, (spec.concurrency_limit - station.inside) / std::max(stay, 1e-12));
  }
  return fits;
}

void Engine::State::take_in(std::uint32_t visit, double time) {
  const std::uint32_t id = visits[visit].station;
  StationState& station = stations[id];
  const double count = visits[visit].count;
  station.inside += count;
  if (model.discrete) {
    if (static_cast<double>(station.serving.size()) < std::floor(station.servers)) {
      start_alone(visit);
    } else {
      station.queue.push_back(visit);
      station.waiting += count;
    }
    return;
  }
  const double rate = station.rate;
  if (station.queue.empty() && rate > 0) {
    // Calm: what is begun and what comes is served before the cohort's last request is there.
    const double ends = std::max(station.busy_until, time) + count / rate;
    constexpr double kRounding = 1 + 1e-9;
    if (station.busy_until <= time || ends <= time + visits[visit].span * kRounding) {
      station.busy_until = ends;
      start_cohort(visit, time, std::max(visits[visit].span, station.busy_until - time));
      return;
    }
  }
  station.queue.push_back(visit);
  station.waiting += count;
  if (station.queue.size() == 1) schedule_head(station, id);
}

void Engine::State::schedule_head(StationState& station, std::uint32_t id) {
  ++station.version;
  if (station.queue.empty() || station.rate <= 0) return;
  events.push(std::max(station.busy_until, now), Kind::start, id, station.version);
}

void Engine::State::start_head(std::uint32_t id) {
  StationState& station = stations[id];
  if (station.queue.empty()) return;
  const std::uint32_t visit = station.queue.front();
  station.queue.pop_front();
  station.waiting = station.queue.empty() ? 0 : station.waiting - visits[visit].count;
  const double lasts = visits[visit].count / station.rate;
  station.busy_until = now + lasts;
  schedule_head(station, id);
  start_cohort(visit, now, lasts);
}

// The cohort is served from `time` on, evenly over `span`.
void Engine::State::start_cohort(std::uint32_t visit, double time, double span) {
  Visit& served = visits[visit];
  StationState& station = stations[served.station];
  const double wait = time + span / 2 - served.arrived - served.span / 2;
  const double work = station.work;
  station.totals.served += served.count;
  station.totals.wait_sum += served.count * std::max(0.0, wait);
  station.totals.busy_time += served.count * work;
  served.span = span;
  do_calls_or_hit_cache(visit, time + work);
}

void Engine::State::start_alone(std::uint32_t visit) {
  Visit& served = visits[visit];
  StationState& station = stations[served.station];
  served.work_left = station.draws->duration(station.spec.service_time);
  served.work_since = now;
  served.slot = static_cast<std::uint32_t>(station.serving.size());
  station.serving.push_back(visit);
  station.totals.wait_sum += now - served.arrived;
  station.totals.busy_time += served.work_left / station.speed;
  events.push(now + served.work_left / station.speed, Kind::completed, visit, served.version);
}

void Engine::State::stop_serving(std::uint32_t visit) {
  std::vector<std::uint32_t>& serving = stations[visits[visit].station].serving;
  const std::uint32_t slot = visits[visit].slot;
  serving[slot] = serving.back();
  visits[serving[slot]].slot = slot;
  serving.pop_back();
}

void Engine::State::complete_alone(std::uint32_t visit) {
  StationState& station = stations[visits[visit].station];
  stop_serving(visit);
  station.totals.served += visits[visit].count;
  feed_servers(station);
  do_calls_or_hit_cache(visit, now);
}

void Engine::State::feed_servers(StationState& station) {
  while (!station.queue.empty() &&
         static_cast<double>(station.serving.size()) < std::floor(station.servers)) {
    const std::uint32_t visit = station.queue.front();
    station.queue.pop_front();
    station.waiting -= visits[visit].count;
    start_alone(visit);
  }
}

void Engine::State::leave(Visit& visit) {
  StationState& station = stations[visit.station];
  station.inside = std::max(0.0, station.inside - visit.count);
}

void Engine::State::do_calls_or_hit_cache(std::uint32_t visit, double time) {
  StationState& station = stations[visits[visit].station];
  if (station.spec.cache && !calls_of(visits[visit]).empty()) {
    const Cache& cache = *station.spec.cache;
    const double warmth =
        cache.warm_up > 0 ? 1 - std::exp(-(time - station.cache_since) / cache.warm_up) : 1;
    double hits = cache.hit_ratio * std::clamp(warmth, 0.0, 1.0);
    if (model.discrete) hits = station.draws->uniform() < hits ? 1 : 0;
    if (hits > 0) {
      const std::uint32_t hit = divert(visit, hits);
      finish(hit, true, time);
      if (hit == visit) return;
    }
  }
  make_calls(visit, time);
}

void Engine::State::change_capacity(std::uint32_t id, double servers, double speed) {
  StationState& station = stations[id];
  const double old_rate = station.rate;
  const double old_speed = station.speed;
  station.servers = servers;
  station.speed = speed;
  station.follow();
  if (!model.discrete) {
    if (old_rate > 0 && old_rate < kNever) {
      station.frozen += std::max(0.0, station.busy_until - now) * old_rate;
    }
    const double rate = station.rate;
    if (rate > 0) {
      station.busy_until = now + station.frozen / rate;
      station.frozen = 0;
    } else {
      station.busy_until = now;
    }
    schedule_head(station, id);
    return;
  }
  while (static_cast<double>(station.serving.size()) > std::floor(servers)) {
    const std::uint32_t lost = station.serving[station.draws->below(station.serving.size())];
    stop_serving(lost);
    leave(visits[lost]);
    lose(lost);
  }
  for (const std::uint32_t visit : station.serving) {
    Visit& served = visits[visit];
    served.work_left = std::max(0.0, served.work_left - (now - served.work_since) * old_speed);
    served.work_since = now;
    ++served.version;
    events.push(now + served.work_left / speed, Kind::completed, visit, served.version);
  }
  feed_servers(station);
}

}  // namespace chokepoint::sim::traffic
