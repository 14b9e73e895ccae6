#include "sim/world/component.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "scenarios/base/assert.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr std::uint32_t kMembersOfAPackedRack = 3;

}  // namespace

Component::Component(World& world, std::string name, const v1::Component& spec)
    : world_(world),
      stream_(world.streams.stream(name, "component")),
      name_(std::move(name)),
      spec_(spec) {}

double Component::serving_level() const {
  if (is_promoted_) return standby_works() ? 1 : 0;
  return own_level();
}

double Component::level() const { return std::min(serving_level(), let_through_); }

double Component::level_of(const std::string& part) const {
  return is_promoted_ ? level() : std::min(own_level_of(part), let_through_);
}

double Component::own_level_of(const std::string&) const {
  CHOKEPOINT_ASSERT(false, "the loader lets only parts pass that there are");
}

StationState Component::traffic_state() const {
  StationState state = station_state();
  if (let_through_ >= 1) return state;
  state.fails_silently *= let_through_;
  state.fails_with_error = 1 - (1 - state.fails_with_error) * let_through_;
  return state;
}

const char* Component::state_name() const {
  const double share = level();
  return share >= 1 ? "up" : share > 0 ? "degraded" : "down";
}

std::string Component::member_name(std::size_t index) const {
  return name_ + "/" + std::to_string(index);
}

bool Component::is_powered(const Member& member) const {
  return member.stopped == 0 && world_.places.rack(member.rack).is_on();
}

bool Component::is_on(std::size_t index) const {
  return members_[index].is_booted && is_powered(members_[index]);
}

bool Component::is_serving(std::size_t index) const {
  return is_on(index) && world_.places.reachable(kOutside, members_[index].rack);
}

std::size_t Component::count_on() const {
  std::size_t on = 0;
  for (std::size_t index = 0; index < members_.size(); ++index) on += is_on(index) ? 1 : 0;
  return on;
}

void Component::stop_member(std::size_t index, const std::string& fault) {
  cause_ = fault;
  if (members_[index].stopped++ == 0) {
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_STOP, member_name(index), fault, 1);
  }
}

void Component::start_member(std::size_t index, const std::string& fault) {
  CHOKEPOINT_ASSERT(members_[index].stopped > 0, "a member is started as often as it was stopped");
  if (--members_[index].stopped == 0) {
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_START, member_name(index), fault, 0);
  }
}

void Component::restart_members() {
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (is_powered(members_[index]) && !members_[index].is_booted) boot_later(index);
  }
}

void Component::bypass(const std::string& need) {
  if (!bypassed_.insert(need).second) return;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_, "goes on without " + need, "");
}

void Component::stall(const std::string& fault) {
  if (stalls_++ > 0) return;
  world_.recorder.inject(v1::PRIMITIVE_CONTROL_PLANE_STALL, name_, fault, 1);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_, "control plane stalled", fault);
}

void Component::resume() {
  if (stalls_ == 0) return;
  stalls_ = 0;
  world_.recorder.inject(v1::PRIMITIVE_CONTROL_PLANE_STALL, name_, "", 0);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_, "control plane takes decisions again", "");
}

std::vector<RackId> Component::standby_racks() const {
  std::vector<RackId> serving;
  for (const std::string& path : spec_.standby().at()) {
    for (const RackId rack : world_.places.racks_below(world_.places.find(path))) {
      if (world_.places.rack(rack).is_on() && world_.places.reachable(kOutside, rack)) {
        serving.push_back(rack);
      }
    }
  }
  return serving;
}

bool Component::standby_works() const { return !standby_racks().empty(); }

std::vector<RackId> Component::answers_from() const {
  if (is_promoted_) return standby_racks();
  if (members_.empty()) return {kOutside};
  std::vector<RackId> racks;
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (is_asked(index)) racks.push_back(members_[index].rack);
  }
  return racks;
}

bool Component::promote() {
  if (is_promoted_) return true;
  if (!spec_.has_standby() || !spec_.standby().ready() || standby_stopped_ > 0 || is_stalled() ||
      is_promoting_) {
    return false;
  }
  is_promoting_ = true;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_, "promotion of the standby begins", cause_);
  world_.kernel.sleep_until(world_.now() + stream_.duration(spec_.standby().promotion()));
  is_promoting_ = false;
  if (!standby_works() || standby_stopped_ > 0) return false;
  is_promoted_ = true;
  data_lost_ += spec_.standby().behind();
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_, "standby serves", cause_);
  world_.settle();
  return true;
}

void Component::fail_back() {
  while (is_promoted_ && own_level() <= 0) {
    world_.kernel.wait_change(std::numeric_limits<double>::infinity());
  }
  if (!is_promoted_) return;
  is_promoted_ = false;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_, "own members serve again", "");
  world_.settle();
}

void Component::stop_standby(const std::string& fault) {
  if (standby_stopped_++ > 0) return;
  world_.recorder.inject(v1::PRIMITIVE_PROCESS_STOP, name_ + "/standby", fault, 1);
}

void Component::start_standby(const std::string& fault) {
  CHOKEPOINT_ASSERT(standby_stopped_ > 0, "a standby is started as often as it was stopped");
  if (--standby_stopped_ > 0) return;
  world_.recorder.inject(v1::PRIMITIVE_PROCESS_START, name_ + "/standby", fault, 0);
}

bool Component::is_split() const {
  return is_promoted_ && !spec_.standby().fenced() && standby_works() && members_work();
}

std::vector<Component::OwnMeasure> Component::extra_measures() const {
  std::vector<OwnMeasure> measures;
  if (spec_.has_standby()) measures.push_back({"data_lost", data_lost_});
  if (spec_.has_price()) measures.push_back({"price_per_year", spec_.price().per_year()});
  return measures;
}

void Component::promote_automatically() {
  const bool all_are_out = std::all_of(members_.begin(), members_.end(),
                                       [](const Member& one) { return one.is_known_lost; });
  if (!spec_.has_standby() || !spec_.standby().automatic() || (own_level() > 0 && !all_are_out)) {
    return;
  }
  world_.kernel.spawn(name_ + "/failover", [this] { promote(); });
}

const v1::DrawnDuration& Component::boot_law() const {
  return v1::DrawnDuration::default_instance();
}

void Component::look_at_needs() {
  let_through_ = 1;
  held_up_by_.clear();
  for (const v1::Need& need : spec_.needs()) {
    if (bypassed_.contains(need.component())) continue;
    const bool takes_share = need.gate().empty() && !need.has_at_least();
    const double share = takes_share            ? sim::level_of(world_, need)
                         : is_met(world_, need) ? 1.0
                                                : 0.0;
    if (share >= let_through_) continue;
    let_through_ = share;
    held_up_by_ = need.component();
  }
}

void Component::refresh() {
  look_at_needs();
  for (std::size_t index = 0; index < members_.size(); ++index) {
    Member& member = members_[index];
    const bool powered = is_powered(member);
    if (!powered && (member.is_booted || member.is_booting)) lose(index);
    if (powered && !member.is_booted && !member.is_booting && members_rejoin()) boot_later(index);
  }
  react();
}

void Component::lose(std::size_t index) {
  Member& member = members_[index];
  member.is_booted = false;
  member.is_booting = false;
  ++member.epoch;
}

double Component::answer_time(RackId from) const {
  double shortest = std::numeric_limits<double>::infinity();
  if (level() <= 0) return shortest;
  for (const RackId there : answers_from()) {
    if (!world_.places.reachable(from, there)) continue;
    shortest = std::min(shortest, 2 * world_.places.added_delay(from, there));
  }
  return shortest + own_answer_time();
}

void Component::note_probes() {
  if (!spec_.has_health_check()) return;
  for (std::size_t index = 0; index < members_.size(); ++index) note_probe(index);
}

// From when there is a connection; infinity: no answer comes.
double Component::probe_time(std::size_t index) const {
  const v1::HealthCheck& check = spec_.health_check();
  double time = 2 * world_.places.added_delay(kOutside, members_[index].rack);
  const bool is_taken = !check.has_connect_timeout() || time <= check.connect_timeout();
  if (!is_serving(index) || !is_taken) return std::numeric_limits<double>::infinity();
  if (!check.deep()) return time;
  for (const auto& [name, call] : spec_.service().calls()) {
    if (!call.optional()) time += world_.component(name).answer_time(members_[index].rack);
  }
  return time;
}

void Component::note_probe(std::size_t index) {
  Member& member = members_[index];
  const bool answers = probe_time(index) <= spec_.health_check().timeout();
  if (answers == member.answers) return;
  member.answers = answers;
  ++member.turns;
  if (!answers) {
    detect_later(index);
  } else if (member.is_known_lost) {
    put_back_later(index);
  }
}

void Component::boot_later(std::size_t index) {
  Member& member = members_[index];
  member.is_booting = true;
  const auto come_up = [this, index, epoch = member.epoch] {
    if (members_[index].epoch != epoch || members_[index].is_booted) return;
    members_[index].is_booted = true;
    members_[index].is_booting = false;
    world_.settle();
  };
  world_.agenda.at(world_.now() + stream_.duration(boot_law()), come_up);
}

// The probes of a member come at fixed times of its own.
double Component::next_probe(std::size_t index) const {
  const double period = spec_.health_check().period();
  Stream phases = world_.streams.stream(member_name(index), "health check");
  const double phase = phases.uniform() * period;
  return phase + std::max(std::ceil((world_.now() - phase) / period), 0.0) * period;
}

// The first one after the loss starts the count.
void Component::detect_later(std::size_t index) {
  const v1::HealthCheck& check = spec_.health_check();
  const double known = next_probe(index) + (check.misses() - 1) * check.period() + check.timeout();
  world_.agenda.at(known, [this, index, turns = members_[index].turns] {
    if (members_[index].turns != turns) return;
    members_[index].is_known_lost = true;
    world_.settle();
    promote_automatically();
  });
}

void Component::put_back_later(std::size_t index) {
  const double known = next_probe(index) + probe_time(index);
  world_.agenda.at(known, [this, index, turns = members_[index].turns] {
    if (members_[index].turns != turns) return;
    members_[index].is_known_lost = false;
    world_.settle();
  });
}

void Component::place_members(std::uint32_t count, const std::vector<std::string>& at,
                              v1::Spread spread) {
  Stream draws = world_.streams.circumstances(name_, "placement");
  std::vector<std::vector<RackId>> order;  // the racks of each place, shuffled
  for (const std::string& path : at) {
    std::vector<RackId> racks = world_.places.racks_below(world_.places.find(path));
    CHOKEPOINT_ASSERT(!racks.empty(), "the loader lets only places with racks hold members");
    for (std::size_t last = racks.size() - 1; last > 0; --last) {
      std::swap(racks[last], racks[draws.below(last + 1)]);
    }
    order.push_back(std::move(racks));
  }
  const std::uint32_t to_a_rack = spread == v1::SPREAD_PACK ? kMembersOfAPackedRack : 1;
  for (std::uint32_t index = 0; index < count; ++index) {
    const std::vector<RackId>& racks = order[index % order.size()];
    const std::size_t turn = index / order.size();
    members_.push_back({.rack = racks[turn / to_a_rack % racks.size()]});
  }
}

std::optional<RackId> Component::draw_rack(const std::string& place) {
  std::vector<RackId> racks = world_.places.racks_below(world_.places.find(place));
  std::erase_if(racks, [this](RackId rack) { return !world_.places.rack(rack).is_on(); });
  if (racks.empty()) return std::nullopt;
  return racks[stream_.below(racks.size())];
}

void Component::replace_member(std::size_t index, RackId rack) {
  const Member& old = members_[index];
  members_[index] = {.rack = rack, .epoch = old.epoch + 1, .turns = old.turns + 1};
}

void Component::add_member(RackId rack) { members_.push_back({.rack = rack}); }

}  // namespace chokepoint::sim
