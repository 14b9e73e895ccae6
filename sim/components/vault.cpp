#include "sim/components/vault.h"

#include <algorithm>

#include "scenarios/base/quantity.h"
#include "scenarios/base/sorted.h"
#include "sim/components/authority.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kCent = 0.01;
constexpr double kUsualPayout = 0.1;  // of what is at risk; Bounty.found_in is given for it

std::string money(double amount) { return format_quantity(amount, v1::UNIT_MONEY); }

}  // namespace

Vault::Vault(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), vault_(spec.vault()), assets_(spec.vault().assets()) {}

void Vault::start() {
  for (const std::string& kind : sorted_names(vault_.honest())) {
    honest_.emplace(kind, world_.streams.stream(name() + "/" + kind, "honest releases"));
    order_honestly(kind);
  }
}

Authority& Vault::authority() const {
  return dynamic_cast<Authority&>(world_.component(vault_.authority()));
}

double Vault::own_level() const { return is_paused_ ? 0 : assets_ / vault_.assets(); }

double Vault::outflow_within(double window) const {
  double sum = 0;
  for (const Outflow& outflow : outflows_) {
    if (outflow.at > world_.now() - window) sum += outflow.amount;
  }
  return sum;
}

double Vault::allowed(const Order& order) const {
  if (is_paused_) return 0;
  double most = assets_;
  if (!has_limits_ || !order.is_limited) return most;
  if (vault_.has_per_transfer()) most = std::min(most, vault_.per_transfer());
  if (vault_.has_per_window()) {
    const v1::ReleaseLimit& limit = vault_.per_window();
    most = std::min(most, limit.amount() - outflow_within(limit.window()));
  }
  if (vault_.has_collateral_depth() && order.collateral_market) {
    const auto borrowed = borrowed_.find(order.fault);
    most = std::min(most, vault_.collateral_depth() * *order.collateral_market -
                              (borrowed == borrowed_.end() ? 0 : borrowed->second));
  }
  return std::max(0.0, most);
}

double Vault::release(double wanted, const Order& order) {
  const double taken = std::min(wanted, allowed(order));
  if (taken < kCent) {
    refused_ += 1;
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                          is_paused_        ? "a release is refused: paused"
                          : assets_ < kCent ? "a release is refused: empty"
                                            : "a release is refused: over the limit",
                          order.fault);
    return 0;
  }
  blame(order.fault);
  assets_ = assets_ - taken < kCent ? 0 : assets_ - taken;
  releases_.push_back({world_.now(), taken});
  if (order.collateral_market) borrowed_[order.fault] += taken;
  world_.recorder.inject(v1::PRIMITIVE_RELEASE, name(), order.fault, taken);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), money(taken) + " released to an attacker",
                        order.fault);
  note_outflow(taken);
  if (vault_.has_monitor()) {
    pause_later(vault_.monitor(), "paused: a release without backing");
  }
  world_.settle();
  return taken;
}

void Vault::note_outflow(double amount) {
  outflows_.push_back({world_.now(), amount});
  const double longest = std::max(vault_.per_window().window(), vault_.breaker().window());
  while (!outflows_.empty() && outflows_.front().at <= world_.now() - longest) {
    outflows_.pop_front();
  }
  const v1::OutflowBreaker& breaker = vault_.breaker();
  if (vault_.has_breaker() &&
      outflow_within(breaker.window()) > breaker.share() * vault_.assets()) {
    pause_later(breaker.reaction(), "paused: too much leaves at once");
  }
}

void Vault::pause_later(double reaction, const std::string& why) {
  if (is_tripped_) return;
  is_tripped_ = true;
  world_.agenda.at(world_.now() + reaction, [this, why] {
    pause(why);
    world_.settle();
  });
}

void Vault::order_honestly(const std::string& kind) {
  const v1::HonestRelease& honest = vault_.honest().at(kind);
  const double at = world_.now() + honest_.at(kind).exponential(honest.every());
  world_.agenda.at(at, [this, kind, amount = honest.amount()] {
    release_honestly(kind, amount);
    order_honestly(kind);
  });
}

// All or nothing.
void Vault::release_honestly(const std::string& kind, double amount) {
  if (allowed({}) >= amount) {
    honest_released_ += amount;
    note_outflow(amount);
    return;
  }
  honest_blocked_ += amount;
  if (is_paused_) return;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        "an honest release is refused (" + kind + ")", "");
}

void Vault::lift_limits(const std::string& fault) {
  if (!vault_.has_limits_lifted_in()) return;
  world_.agenda.at(world_.now() + vault_.limits_lifted_in(), [this, fault] {
    has_limits_ = false;
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "limits lifted", fault);
    world_.settle();
  });
}

void Vault::pause(const std::string& why) {
  if (is_paused_) return;
  is_paused_ = true;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), why, cause());
}

void Vault::resume() {
  if (!is_paused_) return;
  is_paused_ = false;
  is_tripped_ = false;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "releases again", "");
}

std::optional<Vault::Payout> Vault::payout(double at_risk) const {
  if (!vault_.has_bounty() || at_risk < kCent) return std::nullopt;
  const v1::Bounty& bounty = vault_.bounty();
  double amount = std::max(bounty.share() * at_risk, bounty.floor());
  if (bounty.has_cap()) amount = std::min(amount, bounty.cap());
  amount = std::min(amount, at_risk);
  if (amount < kCent) return std::nullopt;
  return Payout{.amount = amount, .mean_time = bounty.found_in() * kUsualPayout * at_risk / amount};
}

void Vault::pay_bounty(double amount, const std::string& fault) {
  bounty_paid_ += amount;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        money(amount) + " paid to white hats for a flaw", fault);
}

void Vault::note_fix(const std::string& fault) {
  flaws_fixed_ += 1;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "a flaw is fixed", fault);
}

bool Vault::is_in(v1::State state) const { return state == v1::STATE_PAUSED && is_paused_; }

std::string Vault::lane_state() const { return is_paused_ ? "paused" : state_name(); }

// Honest requests are small: they pass while there is anything and it is not paused.
StationState Vault::station_state() const { return answering(own_level() > 0 ? 1 : 0); }

std::vector<Component::OwnMeasure> Vault::own_measures() const {
  std::vector<OwnMeasure> measures = {
      {"funds_left", assets_}, {"funds_lost", lost()}, {"releases_refused", refused_}};
  if (vault_.honest_size() > 0) {
    measures.push_back({"honest_released", honest_released_});
    measures.push_back({"honest_blocked", honest_blocked_});
  }
  if (vault_.has_bounty()) {
    measures.push_back({"flaws_fixed", flaws_fixed_});
    measures.push_back({"bounty_paid", bounty_paid_});
  }
  if (releases_.empty()) return measures;
  const double first = releases_.front().at;
  double sum = 0;
  for (const Outflow& outflow : releases_) {
    sum += outflow.amount;
    if (sum >= lost() / 2) {
      measures.push_back({"half_lost_within", outflow.at - first});
      break;
    }
  }
  measures.push_back({"all_lost_within", releases_.back().at - first});
  return measures;
}

}  // namespace chokepoint::sim
