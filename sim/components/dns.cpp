#include "sim/components/dns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "scenarios/base/sorted.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr int kClientWaves =
    20;  // in which clients look up, over the time that they keep an answer

bool is_empty(const std::vector<double>& record) {
  return std::all_of(record.begin(), record.end(), [](double share) { return share <= 0; });
}

}  // namespace

Dns::Dns(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec),
      dns_(spec.dns()),
      answers_(sorted_names(dns_.answers())),
      changed_at_(-std::numeric_limits<double>::infinity()) {
  if (dns_.has_failover()) failover_.emplace(world, name, dns_);
  if (dns_.has_automation()) {
    automation_.emplace(world, *this, dns_.automation(), [this] { become_empty(); });
  }
  records_.push_back(first_that_respond());
  const auto add = [this](double share, double keep) {
    if (share <= 0) return;
    for (int wave = 0; wave < kClientWaves; ++wave) {
      const double phase = (wave + 0.5) / kClientWaves;
      waves_.push_back(
          {.share = share / kClientWaves, .keep = keep, .phase = phase, .expires = keep * phase});
    }
  };
  const double stale = dns_.stale().share();
  add(1 - stale, dns_.ttl());
  add(stale, std::max(dns_.ttl(), dns_.stale().keep()));
}

void Dns::start() {
  if (automation_) automation_->start();
}

Dns::Record Dns::record_of(const Names& answers) const {
  Record record(answers_.size(), 0.0);
  double all = 0;
  for (const std::string& answer : answers) all += dns_.answers().at(answer).weight();
  for (std::size_t index = 0; index < answers_.size(); ++index) {
    if (std::find(answers.begin(), answers.end(), answers_[index]) == answers.end()) continue;
    record[index] = dns_.answers().at(answers_[index]).weight() / all;
  }
  return record;
}

Dns::Record Dns::first_that_respond() const {
  std::map<std::uint32_t, Names> by_priority;
  for (const std::string& answer : answers_) {
    if (failover_ && failover_->is_out(answer)) continue;
    by_priority[dns_.answers().at(answer).priority()].push_back(answer);
  }
  if (by_priority.empty()) return records_.back();
  return record_of(by_priority.begin()->second);
}

Dns::Record Dns::wanted() const {
  if (by_hand_) return *by_hand_;
  if (by_fault_) return *by_fault_;
  if (is_emptied_) return record_of({});
  return is_stalled() ? records_.back() : first_that_respond();
}

void Dns::update() {
  const Record record = wanted();
  if (record == records_.back()) return;
  const bool is_automatic = !by_hand_ && !by_fault_ && !is_emptied_;
  const double from = changed_at_ + dns_.failover().hold();
  if (!is_automatic || world_.now() >= from) {
    write(record);
  } else if (may_change_at_ < from) {
    may_change_at_ = from;
    world_.agenda.at(from, [this] { world_.settle(); });
  }
}

void Dns::write(const Record& record) {
  changed_at_ = world_.now();
  records_.push_back(record);
  Names pointed_to;
  for (std::size_t index = 0; index < answers_.size(); ++index) {
    if (record[index] > 0) pointed_to.push_back(answers_[index]);
  }
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        pointed_to.empty()
                            ? std::string("record is empty")
                            : fmt::format("record points to {}", fmt::join(pointed_to, ", ")),
                        is_empty(record) ? cause() : "");
  for (Wave& wave : waves_) look_up_when_expired(wave);
}

double Dns::kept_for(const Wave& wave) const {
  return is_empty(records_[wave.record]) ? dns_.negative_ttl() : wave.keep;
}

// A wave that is told the same again and again needs no events; its next look-up is found when the
// record changes.
void Dns::look_up_when_expired(Wave& wave) {
  if (wave.is_scheduled) return;
  wave.is_scheduled = true;
  const double keeps = kept_for(wave);
  const double missed = std::ceil((world_.now() - wave.expires) / keeps);
  wave.expires += std::max(0.0, missed) * keeps;
  world_.agenda.at(wave.expires, [this, &wave] {
    const bool was_empty = is_empty(records_[wave.record]);
    wave.is_scheduled = false;
    wave.record = records_.size() - 1;
    // Resolvers hand out what is left of the time; so clients stay spread over it, however long it
    // is.
    const bool is_as_before = is_empty(records_[wave.record]) == was_empty;
    wave.expires = world_.now() + kept_for(wave) * (is_as_before ? 1 : wave.phase);
    world_.settle();
  });
}

Dns::Record Dns::told() const {
  Record told(answers_.size(), 0.0);
  for (const Wave& wave : waves_) {
    for (std::size_t index = 0; index < told.size(); ++index) {
      told[index] += wave.share * records_[wave.record][index];
    }
  }
  // Sums of shares; all is all.
  const double all = std::accumulate(told.begin(), told.end(), 0.0);
  constexpr double kRounding = 1e-9;
  for (double& share : told) {
    if (std::fabs(share - 1) < kRounding) share = 1;
    if (share < kRounding) share = 0;
    if (all > 1) share /= all;
  }
  return told;
}

double Dns::own_level() const {
  const Record shares = told();
  double level = 0;
  for (std::size_t index = 0; index < answers_.size(); ++index) {
    if (shares[index] > 0) level += shares[index] * world_.component(answers_[index]).level();
  }
  constexpr double kRounding = 1e-9;
  return level > 1 - kRounding ? 1 : level;
}

// Whether an answer works, its clients find out themselves.
StationState Dns::station_state() const {
  StationState state = answering(1);
  state.shares = told();
  return state;
}

std::string Dns::lane_state() const {
  return is_empty(records_.back()) ? "no answers" : state_name();
}

void Dns::react() {
  if (failover_) failover_->look();
  update();
}

void Dns::change(const Names& to, const std::string& fault) {
  blame(fault);
  by_fault_ = record_of(to);
  by_hand_.reset();
  world_.recorder.inject(v1::PRIMITIVE_DNS_CHANGE, name(), fault, static_cast<double>(to.size()));
}

void Dns::change_back(const std::string& fault) {
  if (!by_fault_) return;
  by_fault_.reset();
  const Record record = wanted();
  world_.recorder.inject(
      v1::PRIMITIVE_DNS_CHANGE, name(), fault,
      static_cast<double>(record.size() -
                          static_cast<std::size_t>(std::count(record.begin(), record.end(), 0))));
}

void Dns::publish(const Names& to) {
  Names first = to;
  if (first.empty()) {
    const auto priority = [this](const std::string& answer) {
      return dns_.answers().at(answer).priority();
    };
    const auto least =
        std::min_element(answers_.begin(), answers_.end(),
                         [&](const auto& a, const auto& b) { return priority(a) < priority(b); });
    std::copy_if(answers_.begin(), answers_.end(), std::back_inserter(first),
                 [&](const auto& answer) { return priority(answer) == priority(*least); });
  }
  by_hand_ = record_of(first);
  by_fault_.reset();
  is_emptied_ = false;
  if (automation_) automation_->stop();
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "record is written by hand", "");
  world_.settle();
}

void Dns::resume() {
  Component::resume();
  by_hand_.reset();
  if (automation_) automation_->go_on();
}

void Dns::delay_enactor(double by, const std::string& fault) {
  blame(fault);
  if (automation_) automation_->delay_first(by, fault);
}

void Dns::become_empty() {
  is_emptied_ = true;
  stall(cause());
  world_.recorder.inject(v1::PRIMITIVE_DNS_CHANGE, name(), cause(), 0);
  world_.settle();
}

std::vector<Component::OwnMeasure> Dns::own_measures() const {
  return {{"record_changes", static_cast<double>(records_.size() - 1)}};
}

}  // namespace chokepoint::sim
