#include "sim/components/quorum.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr int kCommitDraws = 200;  // for the mean after each election

}  // namespace

double draw_commit_time(Stream& stream, const v1::DrawnDuration& member_write,
                        const std::vector<double>& delays, std::size_t votes) {
  std::vector<double> written;
  for (const double delay : delays) written.push_back(2 * delay + stream.duration(member_write));
  const auto nth = written.begin() + static_cast<std::ptrdiff_t>(votes) - 1;
  std::nth_element(written.begin(), nth, written.end());
  return *nth;
}

Quorum::Quorum(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), quorum_(spec.quorum()) {
  place_members(quorum_.members(), {quorum_.at().begin(), quorum_.at().end()}, quorum_.spread());
  leader_ = candidate();
  if (leader_) commit_time_ = mean_commit_time(*leader_);
}

std::size_t Quorum::votes() const {
  return quorum_.has_votes() ? quorum_.votes() : quorum_.members() / 2 + 1;
}

double Quorum::own_level() const { return leader_ && is_serving(*leader_) ? 1 : 0; }

std::string Quorum::lane_state() const {
  if (is_promoted() || leader_) return state_name();
  return candidate() ? "electing" : "no quorum";
}

// On, and in reach of enough others that are on for a majority of the configured voters.
bool Quorum::can_lead(std::size_t index) const {
  if (!is_on(index)) return false;
  std::size_t in_reach = 0;
  for (std::size_t other = 0; other < members().size(); ++other) {
    const bool hears =
        other == index ||
        (is_on(other) && world_.places.reachable(members()[index].rack, members()[other].rack));
    in_reach += hears ? 1 : 0;
  }
  return in_reach >= votes();
}

std::optional<std::size_t> Quorum::candidate() const {
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (can_lead(index)) return index;
  }
  return std::nullopt;
}

void Quorum::react() {
  if (!leader_ || can_lead(*leader_)) return;
  leader_.reset();
  const bool has_majority = candidate().has_value();
  world_.recorder.event(
      v1::EVENT_KIND_COMPONENT, name(),
      fmt::format("leader lost, {} of {} members on, {}", count_on(), quorum_.members(),
                  has_majority ? "an election begins" : "no majority"),
      cause());
}

void Quorum::start() {
  world_.kernel.spawn(name() + "/election", [this] { hold_elections(); });
}

void Quorum::hold_elections() {
  while (true) {
    if (leader_ || !candidate()) {
      world_.kernel.wait_change(std::numeric_limits<double>::infinity());
      continue;
    }
    world_.kernel.sleep_until(world_.now() + stream_.duration(quorum_.election_timeout()));
    if (const std::optional<std::size_t> chosen = candidate(); chosen && !leader_) elect(*chosen);
  }
}

void Quorum::elect(std::size_t index) {
  leader_ = index;
  ++elections_;
  commit_time_ = mean_commit_time(index);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("{} leads, {} of {} members on", member_name(index), count_on(),
                                    quorum_.members()),
                        cause());
  world_.settle();
}

double Quorum::mean_commit_time(std::size_t leader) {
  std::vector<double> delays;
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (index != leader && !is_on(index)) continue;
    delays.push_back(world_.kernel.latency(members()[leader].rack, members()[index].rack));
  }
  if (delays.size() < votes()) return commit_time_;
  double sum = 0;
  for (int draw = 0; draw < kCommitDraws; ++draw) {
    sum += draw_commit_time(stream_, quorum_.member_write(), delays, votes());
  }
  return sum / kCommitDraws;
}

std::vector<Component::OwnMeasure> Quorum::own_measures() const {
  return {{"elections", static_cast<double>(elections_)}, {"commit_time", commit_time_}};
}

traffic::Station Quorum::station() const {
  traffic::Station station{.name = name()};
  station.servers = std::max(1.0, quorum_.capacity() * commit_time_);
  station.service_time.set_fixed(std::max(commit_time_, 1 / quorum_.capacity()));
  return station;
}

// During an election requests wait for the new leader; without a majority they are never answered.
StationState Quorum::station_state() const {
  const double servers = std::max(1.0, quorum_.capacity() * commit_time_);
  const double service_time = std::max(commit_time_, 1 / quorum_.capacity());
  if (serving_level() > 0) return {.servers = servers, .service_time = service_time};
  if (candidate() && !is_promoted()) return {.servers = 0, .service_time = service_time};
  return {.fails_silently = 1, .service_time = service_time};
}

void Quorum::rebuild(std::size_t limit, const std::vector<std::string>& at) {
  std::vector<std::size_t> lost;
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (!is_on(index) && lost.size() < limit) lost.push_back(index);
  }
  auto open = std::make_shared<std::size_t>(lost.size());
  for (std::size_t turn = 0; turn < lost.size(); ++turn) {
    const std::string place =
        at.empty() ? world_.places[world_.places.rack(members()[lost[turn]].rack).place].path
                   : at[turn % at.size()];
    world_.kernel.spawn(name() + "/rebuild", [this, index = lost[turn], place, open] {
      rebuild_one(index, place);
      --*open;
      world_.kernel.notify_change();
    });
  }
  while (*open > 0) world_.kernel.wait_change(std::numeric_limits<double>::infinity());
}

void Quorum::rebuild_one(std::size_t index, const std::string& place) {
  while (!is_on(index)) {
    const std::optional<RackId> rack = draw_rack(place);
    if (!rack) {
      world_.kernel.wait_change(std::numeric_limits<double>::infinity());
      continue;
    }
    RackId source = kOutside;  // a backup
    for (std::size_t other = 0; other < members().size(); ++other) {
      if (is_on(other) && world_.places.reachable(*rack, members()[other].rack)) {
        source = members()[other].rack;
        break;
      }
    }
    if (world_.kernel.send(source, *rack, quorum_.snapshot()) == Kernel::Sent::failed) continue;
    if (!world_.places.rack(*rack).is_on()) continue;
    replace_member(index, *rack);
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                          fmt::format("{} rebuilt in {}", member_name(index), place), "");
    world_.settle();
  }
}

}  // namespace chokepoint::sim
