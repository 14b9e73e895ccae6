#include "sim/components/service.h"

#include <algorithm>
#include <cmath>

#include "sim/random/mean.h"
#include "sim/world/world.h"

namespace chokepoint::sim {

Service::Service(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), service_(spec.service()), configured_(service_.replicas()) {
  place_members(service_.replicas(), {service_.at().begin(), service_.at().end()},
                service_.spread());
}

double Service::own_level() const {
  std::size_t serving = 0;
  for (std::size_t index = 0; index < members().size(); ++index) serving += is_serving(index);
  return std::min(1.0, static_cast<double>(serving) / static_cast<double>(configured_));
}

// Requests that one replica works on at once: as written, or as many as the capacity takes
// (Little).
double Service::workers() const {
  if (service_.has_workers()) return service_.workers();
  if (!service_.has_capacity()) return 1;
  return std::max(1.0, std::round(service_.capacity() * mean_of(service_.service_time())));
}

traffic::Station Service::station() const {
  const double replicas = service_.replicas();
  traffic::Station station{.name = name(), .servers = replicas * workers()};
  station.service_time = service_.service_time();
  if (service_.has_capacity()) {
    // Whole workers rarely give the capacity exactly; the service time is stretched so that they
    // do.
    station.service_time = scaled(service_.service_time(), workers() / service_.capacity() /
                                                               mean_of(service_.service_time()));
  }
  if (service_.has_queue_limit()) station.queue_limit = replicas * service_.queue_limit();
  if (service_.has_concurrency_limit()) {
    station.concurrency_limit = replicas * service_.concurrency_limit();
  }
  if (service_.has_shed_above()) station.shed_above = service_.shed_above();
  if (service_.has_cache()) {
    station.cache = traffic::Cache{.hit_ratio = service_.cache().hit_ratio(),
                                   .warm_up = service_.cache().warm_up()};
  }
  return station;
}

// A replica that is gone is asked in its turn until the health check has taken it out; those
// requests are lost. When all are known to be gone, there is at least an error at once. One that
// answers its probes too late is taken out too, for as long as it does.
StationState Service::station_state() const {
  if (is_promoted())
    return {.servers = serving_level() * static_cast<double>(configured_) * workers()};
  double serving = 0;
  double unnoticed = 0;
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (members()[index].is_known_lost) continue;
    (is_serving(index) ? serving : unnoticed) += 1;
  }
  if (serving == 0) {
    return {.fails_with_error = unnoticed == 0 ? 1.0 : 0.0,
            .fails_silently = unnoticed == 0 ? 0.0 : 1.0};
  }
  return {.servers = serving * workers(), .fails_silently = unnoticed / (serving + unnoticed)};
}

void Service::scale(std::uint32_t add, const std::vector<std::string>& at) {
  std::vector<std::size_t> added;
  for (std::uint32_t turn = 0; turn < add; ++turn) {
    const std::optional<RackId> rack = draw_rack(at[turn % at.size()]);
    if (!rack) continue;
    added.push_back(members().size());
    add_member(*rack);
    members().back().is_booted = false;
  }
  world_.settle();
  const auto all_on = [&] {
    return std::all_of(added.begin(), added.end(),
                       [this](std::size_t index) { return is_on(index); });
  };
  while (!all_on()) world_.kernel.wait_change(std::numeric_limits<double>::infinity());
}

}  // namespace chokepoint::sim
