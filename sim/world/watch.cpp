#include "sim/world/watch.h"

#include <algorithm>

#include "scenarios/base/assert.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

bool is_in(const std::string& state, v1::State wanted) {
  return (wanted == v1::STATE_UP && state == "up") ||
         (wanted == v1::STATE_DEGRADED && state == "degraded") ||
         (wanted == v1::STATE_DOWN && state == "down");
}

bool component_is(World& world, const v1::Condition& asked) {
  const Component& component = world.component(asked.component());
  if (!asked.gate().empty()) {
    return component.steady_gates() >= component.gate_number(asked.gate());
  }
  if (asked.has_at_least()) return component.level() >= asked.at_least() - 1e-9;
  if (asked.has_below()) return component.level() < asked.below() - 1e-9;
  if (asked.has_lag_below()) return component.lag() < asked.lag_below();
  switch (asked.is()) {
    case v1::STATE_STALLED:
      return component.is_stalled();
    case v1::STATE_DRAINED:
      return component.is_drained();
    case v1::STATE_PROMOTED:
      return component.is_promoted();
    case v1::STATE_PENDING:
    case v1::STATE_CAPTURED:
    case v1::STATE_PAUSED:
    case v1::STATE_DECEIVED:
      return component.is_in(asked.is());
    default:
      return is_in(component.state_name(), asked.is());
  }
}

bool place_is(World& world, const v1::Condition& asked) {
  const PlaceId place = world.places.find(asked.place());
  if (asked.is() == v1::STATE_COOL || asked.is() == v1::STATE_HOT) {
    bool all_cool = true;
    for (const auto& [path, plant] : world.cooling) {
      if (world.places.contains(place, world.places.find(path))) all_cool &= plant->is_cool();
    }
    return all_cool == (asked.is() == v1::STATE_COOL);
  }
  const double on = world.places.share_on(place);
  return is_in(on >= 1 ? "up" : on > 0 ? "degraded" : "down", asked.is());
}

bool progress_is(const Progress& progress, v1::State wanted) {
  const bool wants_end = wanted == v1::STATE_DONE || wanted == v1::STATE_REVERTED;
  return wants_end ? progress.finished : progress.started;
}

}  // namespace

Watch::Watch(World& world, const v1::Condition& condition)
    : world_(&world), condition_(&condition) {
  const auto& parts = condition.has_all() ? condition.all().of() : condition.any().of();
  for (const v1::Condition& part : parts) parts_.emplace_back(world, part);
}

bool Watch::true_now() {
  const auto part_holds = [](const Watch& part) { return part.holds(); };
  switch (condition_->subject_case()) {
    case v1::Condition::kComponent:
      return component_is(*world_, *condition_);
    case v1::Condition::kCapability:
      return is_in(world_->capabilities.at(condition_->capability()).state(), condition_->is());
    case v1::Condition::kPlace:
      return place_is(*world_, *condition_);
    case v1::Condition::kFault:
      return progress_is(world_->faults.at(condition_->fault()), condition_->is());
    case v1::Condition::kStep:
      return progress_is(world_->steps.at(condition_->step()), condition_->is());
    case v1::Condition::kAll:
      return std::all_of(parts_.begin(), parts_.end(), part_holds);
    case v1::Condition::kAny:
      return std::any_of(parts_.begin(), parts_.end(), part_holds);
    case v1::Condition::SUBJECT_NOT_SET:
      break;
  }
  CHOKEPOINT_ASSERT(false, "the loader lets only conditions with a subject pass");
}

bool Watch::update() {
  const bool held = holds_;
  for (Watch& part : parts_) part.update();
  const bool is_true = true_now();
  const double now = world_->now();
  if (is_true && !was_true_) {
    since_ = now;
    if (condition_->lasting() > 0) {
      world_->agenda.at(now + condition_->lasting(), [world = world_] { world->settle(); });
    }
  }
  was_true_ = is_true;
  constexpr double kRounding = 1e-6;  // seconds: dates are sums of doubles
  holds_ = is_true && now - since_ >= condition_->lasting() - kRounding;
  return holds_ != held;
}

}  // namespace chokepoint::sim
