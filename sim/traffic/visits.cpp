#include <cmath>

#include "sim/traffic/state.h"

namespace chokepoint::sim::traffic {

std::uint32_t Engine::State::make_visit(std::uint32_t station, std::uint32_t flow, double count,
                                        double time, double span) {
  std::uint32_t id;
  if (free.empty()) {
    id = static_cast<std::uint32_t>(visits.size());
    visits.emplace_back();
  } else {
    id = free.back();
    free.pop_back();
  }
  const std::uint32_t version = visits[id].version + 1;
  visits[id] = {.count = count,
                .arrived = time,
                .span = span,
                .asked_at = time,
                .station = station,
                .flow = flow,
                .version = version,
                .is_in_use = true};
  return id;
}

void Engine::State::free_visit(std::uint32_t visit) {
  ++visits[visit].version;
  visits[visit].is_in_use = false;
  free.push_back(visit);
}

std::uint32_t Engine::State::split(std::uint32_t visit, double share) {
  const std::uint32_t taken = make_visit(visits[visit].station, visits[visit].flow, 0, 0, 0);
  const std::uint32_t version = visits[taken].version;
  visits[taken] = visits[visit];
  visits[taken].version = version;
  visits[taken].count = visits[visit].count * share;
  visits[visit].count -= visits[taken].count;
  if (visits[taken].has_timer) {
    events.push(visits[taken].deadline + visits[taken].span / 2, Kind::timeout, taken, version);
  }
  const std::uint32_t parent = visits[visit].parent;
  if (parent == kNone) return taken;
  // A request fails here if any of its calls does.
  const double per_request = visits[visit].multiplicity;
  const double parent_share = per_request <= 1 ? share : 1 - std::pow(1 - share, per_request);
  const std::uint32_t taken_parent = split(parent, parent_share);
  visits[taken].parent = taken_parent;
  visits[taken_parent].child = taken;
  return taken;
}

std::uint32_t Engine::State::divert(std::uint32_t visit, double share) {
  return share >= 1 ? visit : split(visit, share);
}

// The caller waits no longer; the visit goes on, and nobody hears of it.
void Engine::State::abandon(std::uint32_t visit) {
  visits[visit].is_abandoned = true;
  visits[visit].parent = kNone;
}

}  // namespace chokepoint::sim::traffic
