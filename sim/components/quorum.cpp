#include "sim/components/quorum.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>

#include "sim/random/mean.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr int kCommitDraws = 200;  // for the mean after each election
// From one heartbeat to the next, as a share of the shortest election timeout: etcd's default, and
// the ratio that its documentation recommends (https://etcd.io/docs/v3.5/tuning/).
constexpr double kHeartbeat = 0.1;
constexpr const char* kTopped = "leader stands down before a higher term";

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
    : Component(world, name, spec),
      quorum_(spec.quorum()),
      leaders_(world.streams.stream(name, "leaders")) {
  place_members(quorum_.members(), {quorum_.at().begin(), quorum_.at().end()}, quorum_.spread());
  leader_ = draw_leader(first_candidates());
  if (leader_) commit_time_ = mean_commit_time(*leader_, stream_);
  delays_.resize(members().size(), 0);
  cut_off_since_.resize(members().size(), std::numeric_limits<double>::infinity());
}

std::size_t Quorum::votes() const {
  return quorum_.has_votes() ? quorum_.votes() : quorum_.members() / 2 + 1;
}

double Quorum::own_level() const { return leader_ && is_serving(*leader_) ? 1 : 0; }

std::string Quorum::lane_state() const {
  if (is_promoted() || leader_) return state_name();
  return !candidates().empty() ? "electing" : "no quorum";
}

// On, and in reach of enough others that are on for a majority of the configured voters.
bool Quorum::can_lead(std::size_t index) const {
  if (!is_on(index)) return false;
  std::size_t in_reach = 0;
  for (std::size_t other = 0; other < members().size(); ++other) {
    in_reach += hears(index, other) ? 1 : 0;
  }
  return in_reach >= votes();
}

bool Quorum::hears(std::size_t one, std::size_t other) const {
  return one == other ||
         (is_on(other) && world_.places.reachable(members()[one].rack, members()[other].rack));
}

// Of those that can lead, the ones whose votes come in first. If they come later than the shortest
// election timeout, so would the answers to a leader's first heartbeat, and it would stand down
// again before it had decided anything.
std::vector<std::size_t> Quorum::candidates() const {
  std::vector<std::size_t> first;
  const double patience = least_of(quorum_.election_timeout());
  double shortest = std::numeric_limits<double>::infinity();
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (!can_lead(index)) continue;
    const double round_trip = vote_round_trip(index);
    const bool comes_too_late = round_trip > 0 && round_trip >= patience;
    if (comes_too_late || round_trip > shortest) continue;
    if (round_trip < shortest) first.clear();
    shortest = round_trip;
    first.push_back(index);
  }
  return first;
}

std::vector<std::size_t> Quorum::first_candidates() const {
  std::vector<std::size_t> all = candidates();
  if (quorum_.first_leader_at().empty()) return all;
  const PlaceId place = world_.places.find(quorum_.first_leader_at());
  std::vector<std::size_t> there;
  std::copy_if(all.begin(), all.end(), std::back_inserter(there), [&](std::size_t index) {
    return world_.places.rack_is_below(members()[index].rack, place);
  });
  return there.empty() ? all : there;
}

// Whose timer runs out first is chance.
std::optional<std::size_t> Quorum::draw_leader(const std::vector<std::size_t>& among) {
  if (among.empty()) return std::nullopt;
  return among[leaders_.below(among.size())];
}

void Quorum::react() {
  const bool is_topped = !quorum_.pre_vote() && note_cuts();
  if (!leader_) return;
  if (!can_lead(*leader_)) {
    lose_leader("leader lost");
  } else if (is_topped) {
    lose_leader(kTopped);
  } else if (delays_from(*leader_) != delays_) {
    note_delays();
  }
}

// Whether a member is back that was cut off for so long that it stood for election. One that was
// off begins as a follower.
bool Quorum::note_cuts() {
  bool is_back = false;
  for (std::size_t index = 0; index < members().size(); ++index) {
    double& since = cut_off_since_[index];
    if (is_on(index) && !can_lead(index)) {
      since = std::min(since, world_.now());
      continue;
    }
    is_back |= is_on(index) && world_.now() >= since + least_of(quorum_.election_timeout());
    since = std::numeric_limits<double>::infinity();
  }
  return is_back;
}

// Heartbeats that are on their way still come in, unless they come so late that nobody waits.
void Quorum::lose_leader(std::string_view why) {
  const std::size_t lost = *leader_;
  leader_.reset();
  const std::vector<std::size_t> next = candidates();
  const double on_the_way = next.empty() ? 0 : added_delay(lost, next.front());
  const bool is_waited_for = on_the_way < least_of(quorum_.election_timeout());
  heard_until_ = world_.now() + (is_waited_for ? on_the_way : 0);
  const bool has_majority = !next.empty();
  world_.recorder.event(
      v1::EVENT_KIND_COMPONENT, name(),
      fmt::format("{}, {} of {} members on, {}", why, count_on(), quorum_.members(),
                  has_majority ? "an election begins" : "no majority"),
      cause());
}

void Quorum::start() {
  world_.kernel.spawn(name() + "/election", [this] { hold_elections(); });
}

void Quorum::hold_elections() {
  while (true) {
    if (leader_ || candidates().empty()) {
      world_.kernel.wait_change(std::numeric_limits<double>::infinity());
      continue;
    }
    hold_round(std::max(world_.now(), heard_until_));
  }
}

// Every member waits for a time of its own; the first of them stands, and leads if it is a
// candidate. One that is not (too far away, and so behind with what was decided) stands in vain,
// and with its higher term all begin to wait anew: unless members ask first, when nobody minds it.
void Quorum::hold_round(double silent_from) {
  for (const auto& [waits, index] : draw_timers()) {
    world_.kernel.sleep_until(std::max(world_.now(), silent_from + waits));
    if (leader_) return;
    const std::vector<std::size_t> among = candidates();
    if (std::find(among.begin(), among.end(), index) != among.end()) {
      if (gets_votes(index)) elect(index);
      return;
    }
    if (quorum_.pre_vote() || among.empty() || !can_lead(index)) continue;
    heard_until_ = world_.now() + added_delay(index, among.front());
    return;
  }
}

// Of the members that are on, the shortest first; equal ones in an order that is drawn.
std::vector<std::pair<double, std::size_t>> Quorum::draw_timers() {
  std::vector<std::size_t> order;
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (is_on(index)) order.push_back(index);
  }
  std::vector<std::pair<double, std::size_t>> timers;
  while (!order.empty()) {
    std::swap(order[leaders_.below(order.size())], order.back());
    timers.emplace_back(leaders_.duration(quorum_.election_timeout()), order.back());
    order.pop_back();
  }
  std::stable_sort(timers.begin(), timers.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  return timers;
}

// Waits for the votes; false if the member cannot lead any more when they are there.
bool Quorum::gets_votes(std::size_t index) {
  const double round_trip = vote_round_trip(index);
  if (round_trip <= 0) return true;
  world_.kernel.sleep_until(world_.now() + round_trip);
  const std::vector<std::size_t> among = candidates();
  return !leader_ && std::find(among.begin(), among.end(), index) != among.end();
}

void Quorum::elect(std::size_t index) {
  leader_ = index;
  ++elections_;
  commit_time_ = mean_commit_time(index, stream_);
  delays_ = delays_from(index);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("{} leads, {} of {} members on", member_name(index), count_on(),
                                    quorum_.members()),
                        cause());
  disturb_later();
  world_.settle();
}

double Quorum::added_delay(std::size_t one, std::size_t other) const {
  return world_.places.added_delay(members()[one].rack, members()[other].rack);
}

std::vector<double> Quorum::delays_from(std::size_t leader) const {
  std::vector<double> delays(members().size(), 0);
  if (world_.places.slow_borders().empty()) return delays;
  for (std::size_t other = 0; other < delays.size(); ++other) {
    delays[other] = added_delay(leader, other);
  }
  return delays;
}

// Until enough members have answered, seconds; without what the design's own network takes.
double Quorum::vote_round_trip(std::size_t index) const {
  if (world_.places.slow_borders().empty()) return 0;
  std::vector<double> round_trips;
  for (std::size_t other = 0; other < members().size(); ++other) {
    if (hears(index, other)) round_trips.push_back(2 * added_delay(index, other));
  }
  const auto nth = round_trips.begin() + static_cast<std::ptrdiff_t>(votes()) - 1;
  std::nth_element(round_trips.begin(), nth, round_trips.end());
  return *nth;
}

// A delay that sets in is a silence: nothing comes from a member until the first question after it
// has gone there and back. A leader that has not heard of enough members for an election timeout
// stands down (Raft's check of the quorum).
bool Quorum::has_lost_touch(const std::vector<double>& before) const {
  const double patience = least_of(quorum_.election_timeout());
  std::size_t heard = 0;
  for (std::size_t other = 0; other < delays_.size(); ++other) {
    const double silence = 2 * (delays_[other] - before[other]);
    heard += hears(*leader_, other) && (silence <= 0 || silence < patience) ? 1 : 0;
  }
  return heard < votes();
}

void Quorum::note_delays() {
  const std::vector<double> before = delays_;
  delays_ = delays_from(*leader_);
  if (has_lost_touch(before)) {
    lose_leader("leader out of touch");
    return;
  }
  Stream draws = world_.streams.stream(name(), "commit");  // elections keep their luck
  commit_time_ = mean_commit_time(*leader_, draws);
  disturb_later();
}

// Without a vote before the vote, a member that its leader's heartbeats reach too late stands by
// itself, again and again. Its answer to the first thing that it hears of a leader has a higher
// term, and the leader stands down.
void Quorum::disturb_later() {
  ++noted_;
  if (quorum_.pre_vote()) return;
  const double longest = (1 - kHeartbeat) * least_of(quorum_.election_timeout());
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t other = 0; other < delays_.size(); ++other) {
    const bool is_late = delays_[other] > 0 && delays_[other] >= longest * (1 - 1e-9);
    if (is_late && hears(*leader_, other)) nearest = std::min(nearest, delays_[other]);
  }
  if (nearest == std::numeric_limits<double>::infinity()) return;
  world_.agenda.at(world_.now() + 2 * nearest, [this, noted = noted_] {
    if (!leader_ || noted_ != noted) return;
    lose_leader(kTopped);
    world_.settle();
  });
}

double Quorum::mean_commit_time(std::size_t leader, Stream& draws) const {
  std::vector<double> delays;
  for (std::size_t index = 0; index < members().size(); ++index) {
    if (index != leader && !is_on(index)) continue;
    delays.push_back(world_.latency(members()[leader].rack, members()[index].rack));
  }
  if (delays.size() < votes()) return commit_time_;
  double sum = 0;
  for (int draw = 0; draw < kCommitDraws; ++draw) {
    sum += draw_commit_time(draws, quorum_.member_write(), delays, votes());
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
  if (!candidates().empty() && !is_promoted()) return {.servers = 0, .service_time = service_time};
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
