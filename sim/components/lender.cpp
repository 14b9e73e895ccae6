#include "sim/components/lender.h"

#include <algorithm>
#include <cmath>

#include "scenarios/base/quantity.h"
#include "sim/world/watch.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kCent = 0.01;
constexpr double kStepsOfAPace = 100;  // in which depositors ask

}  // namespace

Lender::Lender(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec),
      lender_(spec.lender()),
      supplied_(lender_.supplied()),
      borrowed_(lender_.borrowed()),
      most_lent_(borrowed_ / supplied_) {}

double Lender::own_level() const { return wanted_ - paid_ < kCent ? 1 : 0; }

StationState Lender::station_state() const { return answering(own_level()); }

void Lender::start() {
  if (!lender_.has_run()) return;
  run_begins_ = &world_.watch(lender_.run().when());
  world_.kernel.spawn(name() + "/depositors", [this] { run(); });
}

void Lender::run() {
  world_.wait_for(*run_begins_);
  const v1::DepositorRun& run = lender_.run();
  const double begun = world_.now();
  const double all = run.share() * supplied_;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "depositors begin to run", cause());
  while (true) {
    world_.kernel.sleep_until(world_.now() + run.pace() / kStepsOfAPace);
    wanted_ = all * -std::expm1(-(world_.now() - begun) / run.pace());
    if (all - wanted_ < kCent) wanted_ = all;
    if (pay()) world_.settle();
    if (wanted_ >= all && paid_ >= all - kCent) return;
  }
}

// Whether it has begun or ceased to pay everybody.
bool Lender::pay() {
  const double before = own_level();
  const double payment = std::max(0.0, std::min(wanted_ - paid_, liquidity()));
  paid_ += payment;
  supplied_ -= payment;
  watch_utilisation();
  return own_level() != before;
}

double Lender::lend_against_nothing(double value, const std::string& fault) {
  double accepted = value;
  if (lender_.has_collateral_cap()) {
    accepted = std::min(accepted, lender_.collateral_cap() - collateral_);
  }
  const double lent =
      is_paused_ ? 0 : std::min(liquidity(), std::max(0.0, accepted) * lender_.loan_to_value());
  if (lent < kCent) {
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "takes no more of that collateral",
                          fault);
    return 0;
  }
  blame(fault);
  collateral_ += lent / lender_.loan_to_value();
  borrowed_ += lent;
  bad_debt_ += lent;
  world_.recorder.inject(v1::PRIMITIVE_LOAN, name(), fault, lent);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        format_quantity(lent, v1::UNIT_MONEY) + " lent against nothing", fault);
  watch_utilisation();
  world_.settle();
  return lent;
}

void Lender::watch_utilisation() {
  const double lent = supplied_ > kCent ? std::min(1.0, borrowed_ / supplied_) : 1;
  most_lent_ = std::max(most_lent_, lent);
  if (!lender_.has_freeze() || is_freezing_ || lent <= lender_.freeze().above()) return;
  is_freezing_ = true;
  world_.agenda.at(world_.now() + lender_.freeze().reaction(), [this] {
    pause("lending frozen: too much is lent");
    world_.settle();
  });
}

void Lender::pause(const std::string& why) {
  if (is_paused_) return;
  is_paused_ = true;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), why, cause());
}

void Lender::resume() {
  if (!is_paused_) return;
  is_paused_ = false;
  is_freezing_ = false;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "lends again", "");
}

bool Lender::is_in(v1::State state) const { return state == v1::STATE_PAUSED && is_paused_; }

std::vector<Component::OwnMeasure> Lender::own_measures() const {
  return {{"bad_debt", bad_debt_},
          {"deposits_left", supplied_},
          {"withdrawn", paid_},
          {"withdrawals_waiting", wanted_ - paid_},
          {"utilisation_peak", most_lent_}};
}

}  // namespace chokepoint::sim
