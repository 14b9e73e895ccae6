#include "sim/components/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <utility>

#include "sim/platform/paced.h"
#include "sim/world/curve.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kProduceTime = 2e-3;  // seconds, an acknowledged write without queueing
// A backlog is drained when less than this much inflow is left of it, seconds.
constexpr double kDrained = 1;

}  // namespace

Log::Log(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), log_(spec.log()) {
  place_members(log_.brokers(), {log_.at().begin(), log_.at().end()}, log_.spread());
  for (std::size_t group = 0; group < log_.brokers(); ++group) groups_.push_back({.leader = group});
}

std::vector<std::size_t> Log::replicas(std::size_t group) const {
  std::vector<std::size_t> brokers;
  for (std::size_t copy = 0; copy < log_.replication(); ++copy) {
    brokers.push_back((group + copy) % groups_.size());
  }
  return brokers;
}

bool Log::takes_events(const Group& group, std::size_t index) const {
  if (is_held_up() || !is_serving(group.leader)) return false;
  std::size_t in_sync = 0;
  for (const std::size_t broker : replicas(index)) {
    const bool follows = is_on(broker) && world_.places.reachable(members()[group.leader].rack,
                                                                  members()[broker].rack);
    in_sync += follows ? 1 : 0;
  }
  return in_sync >= log_.min_in_sync();
}

double Log::own_level() const {
  const auto working = std::count_if(groups_.begin(), groups_.end(),
                                     [](const Group& group) { return group.takes_events; });
  return static_cast<double>(working) / static_cast<double>(groups_.size());
}

std::string Log::lane_state() const {
  if (is_promoted() || own_level() < 1) return state_name();
  return is_drained() ? "up" : "draining";
}

traffic::Station Log::station() const {
  traffic::Station station = traffic::instant_station(name());
  station.service_time.set_fixed(kProduceTime);
  return station;
}

bool Log::needs_leader(std::size_t group) const {
  if (is_serving(groups_[group].leader)) return false;
  const std::vector<std::size_t> brokers = replicas(group);
  return std::any_of(brokers.begin(), brokers.end(),
                     [this](std::size_t broker) { return is_serving(broker); });
}

void Log::choose_leader(std::size_t group) {
  for (const std::size_t broker : replicas(group)) {
    if (!is_serving(broker)) continue;
    groups_[group].leader = broker;
    return;
  }
}

void Log::react() {
  accrue();
  std::vector<std::size_t> to_drain;
  for (std::size_t index = 0; index < groups_.size(); ++index) {
    Group& group = groups_[index];
    group.takes_events = takes_events(group, index);
    if (!group.takes_events || group.backlog <= 0 || group.is_draining) continue;
    group.is_draining = true;
    to_drain.push_back(index);
  }
  if (to_drain.empty()) return;
  world_.kernel.spawn(name() + "/drain", [this, to_drain] { drain(to_drain); });
}

void Log::start() {
  world_.kernel.spawn(name() + "/control-plane", [this] { elect_leaders(); });
}

void Log::elect_leaders() {
  const auto any_needs = [this] {
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      if (needs_leader(group)) return true;
    }
    return false;
  };
  while (true) {
    if (is_stalled() || !any_needs()) {
      world_.kernel.wait_change(kForever);
      continue;
    }
    world_.kernel.sleep_until(world_.now() + stream_.duration(log_.control_plane().election()));
    if (is_stalled()) continue;
    std::size_t moved = 0;
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      if (!needs_leader(group)) continue;
      choose_leader(group);
      ++moved;
    }
    const double share = static_cast<double>(moved) / static_cast<double>(groups_.size());
    world_.recorder.event(
        v1::EVENT_KIND_COMPONENT, name(),
        fmt::format("new leaders for {:.0f} partitions", share * log_.partitions()), cause());
    world_.settle();
  }
}

double Log::inflow_now() const {
  return log_.inflow() * (log_.has_demand() ? level_at(log_.demand(), world_.now()) : 1);
}

void Log::accrue() const {
  const double now = world_.now();
  if (now <= accrued_) return;
  const double came_in =
      log_.inflow() *
      (log_.has_demand() ? integral_of(log_.demand(), accrued_, now) : now - accrued_);
  accrued_ = now;
  for (Group& group : groups_) {
    if (group.takes_events && !group.is_draining) continue;
    group.backlog += came_in / static_cast<double>(groups_.size());
  }
  double total = 0;
  for (const Group& group : groups_) total += group.backlog;
  backlog_peak_ = std::max(backlog_peak_, total);
}

double Log::backlog() const {
  accrue();
  double total = 0;
  for (const Group& group : groups_) total += group.backlog;
  return total;
}

double Log::lag() const {
  accrue();
  double largest = 0;
  for (const Group& group : groups_) largest = std::max(largest, group.backlog);
  const double inflow = inflow_now() / static_cast<double>(groups_.size());
  const double lag = inflow > 0 ? largest / inflow : 0;
  lag_peak_ = std::max(lag_peak_, lag);
  return lag;
}

std::vector<Component::OwnMeasure> Log::own_measures() const {
  lag();  // brings the peaks up to date
  return {{"backlog_peak", backlog_peak_}, {"lag_peak", lag_peak_}};
}

bool Log::is_drained() const {
  accrue();
  return std::all_of(groups_.begin(), groups_.end(),
                     [](const Group& group) { return group.takes_events && group.backlog <= 0; });
}

// Reads the backlog of a batch of groups in order of arrival: what came in while the backlog was
// read is read next, until nothing is left. A group that stops taking events drops out and keeps
// its rest.
void Log::drain(std::vector<std::size_t> batch) {
  while (!batch.empty()) {
    accrue();
    std::vector<double> before;
    before.reserve(batch.size());
    for (const std::size_t index : batch) before.push_back(groups_[index].backlog);
    const double left = std::accumulate(before.begin(), before.end(), 0.0);
    const double share = static_cast<double>(batch.size()) / static_cast<double>(groups_.size());
    if (left <= inflow_now() * share * kDrained) break;

    const double limit = log_.consume_limit() * share;
    const double piece = std::min(left, limit * kPiece);
    const RackId source = members()[groups_[batch.front()].leader].rack;
    const bool is_read =
        send_paced(world_.kernel, source, kOutside, piece, limit) == Kernel::Sent::done;
    accrue();
    for (std::size_t turn = 0; turn < batch.size(); ++turn) {
      Group& group = groups_[batch[turn]];
      if (is_read) group.backlog = std::max(0.0, group.backlog - before[turn] * piece / left);
      if (!group.takes_events) group.is_draining = false;
    }
    std::erase_if(batch, [this](std::size_t index) { return !groups_[index].takes_events; });
    if (!is_read && !batch.empty()) world_.kernel.wait_change(world_.now() + kPiece);
  }
  for (const std::size_t index : batch) {
    groups_[index].backlog = 0;
    groups_[index].is_draining = false;
  }
  if (!batch.empty() && is_drained()) {
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "backlog drained", "");
  }
  world_.settle();
}

void Log::reassign(double share, const std::vector<std::string>& at) {
  std::vector<std::size_t> without;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    if (!groups_[group].takes_events) without.push_back(group);
  }
  without.resize(static_cast<std::size_t>(std::ceil(share * static_cast<double>(without.size()))));
  std::set<std::size_t> lost;
  for (const std::size_t group : without) {
    for (const std::size_t broker : replicas(group)) {
      if (!is_on(broker)) lost.insert(broker);
    }
    choose_leader(group);
  }
  world_.settle();

  auto open = std::make_shared<std::size_t>(lost.size());
  std::size_t turn = 0;
  for (const std::size_t broker : lost) {
    const std::string& place = at[turn++ % at.size()];
    world_.kernel.spawn(name() + "/reassign", [this, broker, place, open] {
      replace_broker(broker, place);
      --*open;
      world_.kernel.notify_change();
    });
  }
  while (*open > 0) world_.kernel.wait_change(kForever);
}

void Log::replace_broker(std::size_t broker, const std::string& place) {
  while (!is_on(broker)) {
    const std::optional<RackId> rack = draw_rack(place);
    if (!rack) {
      world_.kernel.wait_change(kForever);
      continue;
    }
    RackId source = kOutside;  // a backup
    for (std::size_t group = 0; group < groups_.size() && source == kOutside; ++group) {
      const std::vector<std::size_t> brokers = replicas(group);
      if (std::find(brokers.begin(), brokers.end(), broker) == brokers.end()) continue;
      for (const std::size_t other : brokers) {
        if (is_on(other)) source = members()[other].rack;
      }
    }
    const Kernel::Sent sent =
        send_paced(world_.kernel, source, *rack, log_.stored_per_broker(), log_.copy_limit());
    if (sent == Kernel::Sent::failed || !world_.places.rack(*rack).is_on()) continue;
    if (is_on(broker)) break;  // it came back by itself while its data was copied
    replace_member(broker, *rack);
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      if (needs_leader(group)) {
        const std::vector<std::size_t> brokers = replicas(group);
        if (std::find(brokers.begin(), brokers.end(), broker) != brokers.end())
          choose_leader(group);
      }
    }
    world_.settle();
  }
}

}  // namespace chokepoint::sim
