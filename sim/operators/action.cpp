#include "sim/operators/action.h"

#include <limits>
#include <string>
#include <vector>

#include "scenarios/base/assert.h"
#include "sim/components/authority.h"
#include "sim/components/config.h"
#include "sim/components/dns.h"
#include "sim/components/leases.h"
#include "sim/components/lender.h"
#include "sim/components/log.h"
#include "sim/components/quorum.h"
#include "sim/components/service.h"
#include "sim/components/vault.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

template <class Kind>
Kind& as(World& world, const std::string& name) {
  auto* component = dynamic_cast<Kind*>(&world.component(name));
  CHOKEPOINT_ASSERT(component != nullptr, "the loader checks the kind that an action is for");
  return *component;
}

template <class Repeated>
std::vector<std::string> list(const Repeated& names) {
  return {names.begin(), names.end()};
}

void publish(World& world, const v1::Publish& action) {
  if (auto* dns = dynamic_cast<Dns*>(&world.component(action.component()))) {
    dns->publish(list(action.to()));
  } else {
    as<Config>(world, action.component()).publish_last_good();
  }
}

void pause(World& world, const std::string& name) {
  if (auto* lender = dynamic_cast<Lender*>(&world.component(name))) {
    lender->pause("lending frozen by people");
  } else {
    as<Vault>(world, name).pause("paused by people");
  }
}

void restart(World& world, const std::string& name) {
  Component& component = world.component(name);
  component.restart_members();
  const auto any_booting = [&component] {
    for (const Member& member : component.members()) {
      if (member.is_booting) return true;
    }
    return false;
  };
  while (any_booting()) world.kernel.wait_change(std::numeric_limits<double>::infinity());
}

}  // namespace

bool act(World& world, Faults& faults, const v1::Step& step) {
  switch (step.action_case()) {
    case v1::Step::kRebuild: {
      const v1::Rebuild& action = step.rebuild();
      as<Quorum>(world, action.component())
          .rebuild(
              action.has_members() ? action.members() : std::numeric_limits<std::size_t>::max(),
              list(action.at()));
      return true;
    }
    case v1::Step::kPromote:
      return world.component(step.promote().component()).promote();
    case v1::Step::kReassign:
      as<Log>(world, step.reassign().component())
          .reassign(step.reassign().share(), list(step.reassign().at()));
      return true;
    case v1::Step::kRestart:
      restart(world, step.restart().component());
      return true;
    case v1::Step::kResume:
      world.component(step.resume().component()).resume();
      world.settle();
      return true;
    case v1::Step::kRevert:
      faults.revert(step.revert().fault());
      return true;
    case v1::Step::kScale:
      as<Service>(world, step.scale().component())
          .scale(step.scale().add(), list(step.scale().at()));
      return true;
    case v1::Step::kPublish:
      publish(world, step.publish());
      return true;
    case v1::Step::kBypass:
      world.component(step.bypass().component()).bypass(step.bypass().need());
      return true;
    case v1::Step::kPause:
      pause(world, step.pause().component());
      return true;
    case v1::Step::kCancel:
      return as<Authority>(world, step.cancel().component()).cancel();
    case v1::Step::kThrottle:
      as<Leases>(world, step.throttle().component()).throttle(step.throttle().to());
      return true;
    case v1::Step::kFailBack:
      world.component(step.fail_back().component()).fail_back();
      return true;
    case v1::Step::kShed:
      as<Leases>(world, step.shed().component()).shed();
      return true;
    case v1::Step::ACTION_NOT_SET:
      return true;
  }
  return true;
}

}  // namespace chokepoint::sim
