#include "sim/world/capability.h"

#include <algorithm>
#include <string_view>

#include "sim/world/world.h"

namespace chokepoint::sim {

double level_of(World& world, const v1::Need& need) {
  const Component& component = world.component(need.component());
  return need.part().empty() ? component.level() : component.level_of(need.part());
}

bool is_met(World& world, const v1::Need& need) {
  const Component& component = world.component(need.component());
  if (!need.gate().empty()) return component.open_gates() >= component.gate_number(need.gate());
  if (need.has_at_least()) return level_of(world, need) >= need.at_least() - 1e-9;
  return level_of(world, need) > 0;
}

const v1::Need* Capability::unmet_need() const {
  const auto& needs = spec_->needs();
  const auto unmet = std::find_if(needs.begin(), needs.end(),
                                  [this](const v1::Need& need) { return !is_met(*world_, need); });
  return unmet == needs.end() ? nullptr : &*unmet;
}

void Capability::set_success(std::optional<double> share) {
  const bool was_down = success_ && *success_ < spec_->down_below();
  const bool still_nothing = was_down && share.value_or(0) <= 0;
  if (!was_unmet_) {
    success_ = share;
  } else if (!still_nothing) {
    success_.reset();
  }
  was_unmet_ = unmet_need() != nullptr;
}

const char* Capability::state() const {
  if (unmet_need() != nullptr) {
    was_unmet_ = true;
    return "down";
  }
  if (success_) {
    if (*success_ < spec_->down_below()) return "down";
    return *success_ < spec_->degraded_below() ? "degraded" : "up";
  }
  if (is_measured_) return "up";
  const auto& needs = spec_->needs();
  const bool all_up = std::all_of(needs.begin(), needs.end(), [this](const v1::Need& need) {
    const bool is_bare = need.gate().empty() && !need.has_at_least();
    return !is_bare || level_of(*world_, need) >= 1;
  });
  return all_up ? "up" : "degraded";
}

std::string Capability::cause() const {
  if (std::string_view(state()) == "up") return "";
  const v1::Need* need = unmet_need();
  if (need == nullptr) {
    const auto& needs = spec_->needs();
    const auto weakest =
        std::min_element(needs.begin(), needs.end(), [this](const v1::Need& a, const v1::Need& b) {
          return level_of(*world_, a) < level_of(*world_, b);
        });
    if (level_of(*world_, *weakest) >= 1) return "too few requests succeed";
    need = &*weakest;
  }
  return need->component();
}

}  // namespace chokepoint::sim
