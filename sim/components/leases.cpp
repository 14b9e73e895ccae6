#include "sim/components/leases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr std::uint32_t kMostGroups = 100;
constexpr double kAll = std::numeric_limits<double>::infinity();

}  // namespace

Leases::Leases(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec),
      leases_(spec.leases()),
      admit_(leases_.has_admit() ? leases_.admit() : kAll) {
  groups_.resize(std::min(kMostGroups, leases_.holders()));
  size_ = static_cast<double>(leases_.holders()) / static_cast<double>(groups_.size());
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const double phase = (static_cast<double>(group) + .5) / static_cast<double>(groups_.size());
    groups_[group].renewed_at = (phase - 1) * leases_.renewed_every();
  }
  valid_ = groups_.size();
}

double Leases::own_level() const {
  return static_cast<double>(valid_) / static_cast<double>(groups_.size());
}

bool Leases::can_renew() const {
  return !is_stalled() &&
         std::all_of(leases_.renews_with().begin(), leases_.renews_with().end(),
                     [this](const v1::Need& need) { return is_met(world_, need); });
}

void Leases::react() {
  const bool is_able = can_renew();
  if (is_able == is_able_) return;
  is_able_ = is_able;
  if (is_able) {
    come_back();
  } else {
    leave_calm();
  }
}

// Nothing is renewed from now on. Requests are answered with an error, so that none waits.
void Leases::leave_calm() {
  const auto& needs = leases_.renews_with();
  const auto missing = std::find_if(needs.begin(), needs.end(),
                                    [this](const v1::Need& need) { return !is_met(world_, need); });
  if (missing != needs.end()) blame(missing->component());
  ++round_;
  queue_.clear();
  outside_.clear();
  is_serving_ = false;
  is_letting_in_ = false;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    Group& each = groups_[group];
    if (is_calm_) {
      const double turns = std::floor((world_.now() - each.renewed_at) / leases_.renewed_every());
      each.renewed_at += turns * leases_.renewed_every();
    }
    each.is_waiting = false;
    if (each.is_valid) expire_later(group);
  }
  is_calm_ = false;
}

// Holders that are due have been asking all the while, each once in a timeout.
void Leases::come_back() {
  ++round_;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const Group& each = groups_[group];
    const double due = each.renewed_at + leases_.renewed_every();
    const double phase =
        leases_.timeout() * (static_cast<double>(group) + .5) / static_cast<double>(groups_.size());
    ask_at(due > world_.now() ? due : world_.now() + phase, group);
    if (each.is_valid) expire_later(group);
  }
}

void Leases::expire_later(std::size_t group) {
  const double ends = groups_[group].renewed_at + leases_.length();
  world_.agenda.at(ends, [this, group, renewed_at = groups_[group].renewed_at, round = round_] {
    Group& each = groups_[group];
    if (round != round_ || !each.is_valid || each.renewed_at > renewed_at) return;
    each.is_valid = false;
    --valid_;
    world_.settle();
  });
}

void Leases::ask_at(double time, std::size_t group) {
  world_.agenda.at(time, [this, group, round = round_] {
    if (round == round_) ask(group);
  });
}

void Leases::ask(std::size_t group) {
  Group& each = groups_[group];
  ++each.asked;
  each.is_waiting = true;
  const Request request = {group, each.asked};
  if (each.is_valid || admit_ == kAll) {
    enter(request);
  } else {
    outside_.push_back(request);
    let_in();
  }
}

void Leases::let_in() {
  while (!outside_.empty() && !is_letting_in_) {
    if (let_in_at_ > world_.now()) {
      is_letting_in_ = true;
      world_.agenda.at(let_in_at_, [this, round = round_] {
        if (round != round_) return;
        is_letting_in_ = false;
        let_in();
      });
      return;
    }
    const Request request = outside_.front();
    outside_.pop_front();
    let_in_at_ = std::max(let_in_at_, world_.now()) + size_ / admit_;
    enter(request);
  }
}

void Leases::enter(Request request) {
  queue_.push_back(request);
  longest_queue_ = std::max(longest_queue_, static_cast<double>(queue_.size()) * size_);
  world_.agenda.at(world_.now() + leases_.timeout(), [this, request, round = round_] {
    if (round == round_ && is_current(request)) ask(request.group);
  });
  serve();
}

// In renewals.
double Leases::work_of(Request request) const {
  return size_ * (groups_[request.group].is_valid ? 1 : leases_.new_lease());
}

bool Leases::is_current(Request request) const {
  const Group& group = groups_[request.group];
  return group.is_waiting && group.asked == request.number;
}

void Leases::serve() {
  if (is_serving_ || queue_.empty()) return;
  is_serving_ = true;
  const Request request = queue_.front();
  queue_.pop_front();
  const double work = work_of(request);
  world_.agenda.at(world_.now() + work / leases_.capacity(), [this, request, work, round = round_] {
    if (round == round_) finish(request, work);
  });
}

void Leases::finish(Request request, double work) {
  is_serving_ = false;
  work_ += work;
  if (is_current(request)) {
    renew(request.group);
  } else {
    in_vain_ += work;
  }
  serve();
}

void Leases::renew(std::size_t group) {
  Group& each = groups_[group];
  const bool was_valid = each.is_valid;
  each.renewed_at = world_.now();
  each.is_valid = true;
  each.is_waiting = false;
  expire_later(group);
  ask_at(world_.now() + leases_.renewed_every(), group);
  if (!was_valid) ++valid_;
  calm_down();
  if (!was_valid) world_.settle();
}

// Once nobody waits and nobody is late, every lease is renewed in time again.
void Leases::calm_down() {
  if (valid_ < groups_.size() || !queue_.empty() || !outside_.empty()) return;
  const bool is_in_time = std::all_of(groups_.begin(), groups_.end(), [this](const Group& group) {
    return !group.is_waiting && world_.now() < group.renewed_at + leases_.renewed_every();
  });
  if (!is_in_time) return;
  ++round_;
  is_calm_ = true;
  is_serving_ = false;
  is_letting_in_ = false;
}

void Leases::throttle(double to) {
  admit_ = to;
  let_in_at_ = world_.now();
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("new leases throttled to {:.4g} per second", to), "");
}

void Leases::shed() {
  const double shed = size_ * static_cast<double>(queue_.size());
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("queue of {:.0f} requests emptied", shed), "");
  queue_.clear();
}

std::vector<Component::OwnMeasure> Leases::own_measures() const {
  return {{"longest_queue", longest_queue_}, {"work_in_vain", work_ > 0 ? in_vain_ / work_ : 0}};
}

}  // namespace chokepoint::sim
