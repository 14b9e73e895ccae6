#include "sim/components/vault.h"

#include <algorithm>
#include <numeric>

#include "scenarios/base/quantity.h"
#include "sim/components/authority.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kCent = 0.01;

std::string money(double amount) { return format_quantity(amount, v1::UNIT_MONEY); }

}  // namespace

Vault::Vault(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), vault_(spec.vault()), assets_(spec.vault().assets()) {}

Authority& Vault::authority() const {
  return dynamic_cast<Authority&>(world_.component(vault_.authority()));
}

double Vault::own_level() const { return is_paused_ ? 0 : assets_ / vault_.assets(); }

double Vault::released_within(double window) const {
  double sum = 0;
  for (const auto& [at, amount] : releases_) {
    if (at > world_.now() - window) sum += amount;
  }
  return sum;
}

double Vault::allowed() const {
  if (is_paused_) return 0;
  double most = assets_;
  if (has_limits_ && vault_.has_per_transfer()) most = std::min(most, vault_.per_transfer());
  if (has_limits_ && vault_.has_per_window()) {
    const v1::ReleaseLimit& limit = vault_.per_window();
    most = std::min(most, std::max(0.0, limit.amount() - released_within(limit.window())));
  }
  return most;
}

double Vault::release(double wanted, const std::string& fault) {
  const double taken = std::min(wanted, allowed());
  if (taken < kCent) {
    refused_ += 1;
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                          is_paused_        ? "a release is refused: paused"
                          : assets_ < kCent ? "a release is refused: empty"
                                            : "a release is refused: over the limit",
                          fault);
    return 0;
  }
  blame(fault);
  assets_ = assets_ - taken < kCent ? 0 : assets_ - taken;
  releases_.emplace_back(world_.now(), taken);
  world_.recorder.inject(v1::PRIMITIVE_RELEASE, name(), fault, taken);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), money(taken) + " released to an attacker",
                        fault);
  watch_outflow();
  world_.settle();
  return taken;
}

void Vault::watch_outflow() {
  const auto pause_in = [this](double reaction, const char* why) {
    is_tripped_ = true;
    world_.agenda.at(world_.now() + reaction, [this, why] {
      pause(why);
      world_.settle();
    });
  };
  if (is_tripped_) return;
  if (vault_.has_monitor()) pause_in(vault_.monitor(), "paused: a release without backing");
  const v1::OutflowBreaker& breaker = vault_.breaker();
  if (vault_.has_breaker() &&
      released_within(breaker.window()) > breaker.share() * vault_.assets()) {
    pause_in(breaker.reaction(), "paused: too much leaves at once");
  }
}

void Vault::lift_limits(const std::string& fault) {
  if (!vault_.has_limits_lifted_in()) return;
  world_.agenda.at(world_.now() + vault_.limits_lifted_in(), [this, fault] {
    has_limits_ = false;
    if (!vault_.has_per_transfer() && !vault_.has_per_window()) return;
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "limits lifted", fault);
    world_.settle();
  });
}

void Vault::pause(const std::string& why) {
  if (is_paused_) return;
  is_paused_ = true;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), why, cause());
}

bool Vault::is_in(v1::State state) const { return state == v1::STATE_PAUSED && is_paused_; }

std::string Vault::lane_state() const { return is_paused_ ? "paused" : state_name(); }

// Honest requests are small: they pass while there is anything and it is not paused.
StationState Vault::station_state() const { return answering(own_level() > 0 ? 1 : 0); }

std::vector<Component::OwnMeasure> Vault::own_measures() const {
  std::vector<OwnMeasure> measures = {{"funds_left", assets_},
                                      {"funds_lost", vault_.assets() - assets_},
                                      {"releases_refused", refused_}};
  if (releases_.empty()) return measures;
  const double total = vault_.assets() - assets_;
  const double first = releases_.front().first;
  double sum = 0;
  for (const auto& [at, amount] : releases_) {
    sum += amount;
    if (sum >= total / 2) {
      measures.push_back({"half_lost_within", at - first});
      break;
    }
  }
  measures.push_back({"all_lost_within", releases_.back().first - first});
  return measures;
}

}  // namespace chokepoint::sim
