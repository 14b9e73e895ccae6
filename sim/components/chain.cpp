#include "sim/components/chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/base/sorted.h"
#include "sim/random/mean.h"
#include "sim/world/world.h"

namespace chokepoint::sim {

Chain::Chain(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), chain_(spec.chain()) {
  for (const std::string& each : sorted_names(chain_.validators())) {
    Group group{.name = each, .spec = &chain_.validators().at(each), .racks = {}};
    for (const std::string& path : group.spec->at()) {
      const std::vector<RackId> racks = world.places.racks_below(world.places.find(path));
      group.racks.insert(group.racks.end(), racks.begin(), racks.end());
    }
    groups_.push_back(std::move(group));
  }
}

double Chain::stake() const {
  double sum = 0;
  for (const Group& group : groups_) {
    const auto on = std::count_if(group.racks.begin(), group.racks.end(), [this](RackId rack) {
      return world_.places.rack(rack).is_on() && world_.places.reachable(kOutside, rack);
    });
    double running = 1;
    for (const auto& [fault, share] : group.stopped) running *= 1 - share;
    sum += group.spec->stake() * running * static_cast<double>(on) /
           static_cast<double>(group.racks.size());
  }
  return sum;
}

bool Chain::has_quorum() const {
  constexpr double kRounding = 1e-4;  // 66.67 % is two thirds
  return stake() >= chain_.quorum() - kRounding;
}

void Chain::react() {
  lowest_stake_ = std::min(lowest_stake_, stake());
  if (!has_quorum()) {
    is_restarting_ = false;
    ++epoch_;
    if (is_halted_) return;
    is_halted_ = true;
    halts_ += 1;
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                          fmt::format("halted: {:.1f}% of the stake takes part", 100 * stake()),
                          cause());
  } else if (is_halted_ && !is_restarting_) {
    restart_later();
  }
}

void Chain::restart_later() {
  is_restarting_ = true;
  const double at = world_.now() + stream_.duration(chain_.restart());
  world_.agenda.at(at, [this, epoch = epoch_] {
    if (epoch != epoch_) return;
    is_restarting_ = false;
    is_halted_ = false;
    world_.recorder.event(
        v1::EVENT_KIND_COMPONENT, name(),
        fmt::format("makes blocks again, with {:.1f}% of the stake", 100 * stake()), "");
    world_.settle();
  });
}

std::string Chain::lane_state() const {
  if (!is_halted_) return state_name();
  return is_restarting_ ? "restarting" : "halted";
}

traffic::Station Chain::station() const {
  traffic::Station station{.name = name(), .service_time = chain_.finality()};
  station.servers = std::max(1.0, chain_.capacity() * mean_of(chain_.finality()));
  return station;
}

// Nobody hears of a transaction that waits for a chain that stands.
StationState Chain::station_state() const {
  const double servers = station().servers;
  return is_halted_ ? StationState{.servers = servers, .fails_silently = 1}
                    : StationState{.servers = servers};
}

void Chain::stop_client(const std::string& client, double share, const std::string& fault) {
  for (Group& group : groups_) {
    if (group.spec->client() != client) continue;
    group.stopped[fault] = share;
    blame(fault);
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_STOP, name() + "/" + group.name, fault, share);
  }
}

void Chain::start_client(const std::string& client, const std::string& fault) {
  for (Group& group : groups_) {
    if (group.spec->client() != client || group.stopped.erase(fault) == 0) continue;
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_START, name() + "/" + group.name, fault, 0);
  }
}

std::vector<Component::OwnMeasure> Chain::own_measures() const {
  return {{"halts", halts_}, {"lowest_stake", lowest_stake_}};
}

}  // namespace chokepoint::sim
