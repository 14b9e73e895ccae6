#include "sim/faults/fault.h"

#include "scenarios/base/assert.h"
#include "scenarios/base/sorted.h"
#include "sim/world/world.h"

namespace chokepoint::sim {

std::unique_ptr<Effect> make_effect(World& world, const std::string& name, const v1::Fault& fault) {
  switch (fault.kind_case()) {
    case v1::Fault::kCoolingLoss:
      return make_cooling_loss(world, name, fault.cooling_loss());
    case v1::Fault::kPlaceLoss:
      return make_place_loss(world, name, fault.place_loss());
    case v1::Fault::kCrash:
      return make_crash(world, name, fault.crash());
    case v1::Fault::kSlowdown:
      return make_slowdown(world, name, fault.slowdown());
    case v1::Fault::kPartition:
      return make_partition(world, name, fault.partition());
    case v1::Fault::kControlPlaneStall:
      return make_control_plane_stall(world, name, fault.control_plane_stall());
    case v1::Fault::kDemandSurge:
      return make_demand_surge(world, name, fault.demand_surge());
    case v1::Fault::kRandomFailures:
      return make_random_failures(world, name, fault.random_failures());
    case v1::Fault::kCacheFlush:
      return make_cache_flush(world, name, fault.cache_flush());
    case v1::Fault::kBadConfig:
      return make_bad_config(world, name, fault.bad_config());
    case v1::Fault::kClientBug:
      return make_client_bug(world, name, fault.client_bug());
    case v1::Fault::kProvidersDown:
      return make_providers_down(world, name, fault.providers_down());
    case v1::Fault::kProvidersLie:
      return make_providers_lie(world, name, fault.providers_lie());
    case v1::Fault::kCompromise:
      return make_compromise(world, name, fault.compromise());
    case v1::Fault::kTheft:
      return make_theft(world, name, fault.theft());
    case v1::Fault::kDnsChange:
      return make_dns_change(world, name, fault.dns_change());
    case v1::Fault::kEnactorDelay:
      return make_enactor_delay(world, name, fault.enactor_delay());
    case v1::Fault::kBadCollateral:
      return make_bad_collateral(world, name, fault.bad_collateral());
    case v1::Fault::kCodeExploit:
      return make_code_exploit(world, name, fault.code_exploit());
    case v1::Fault::kPeopleAbsent:
      return make_people_absent(world, name, fault.people_absent());
    case v1::Fault::kStandbyNotReady:
      return make_standby_not_ready(world, name, fault.standby_not_ready());
    case v1::Fault::kNetworkDelay:
      return make_network_delay(world, name, fault.network_delay());
    case v1::Fault::KIND_NOT_SET:
      break;
  }
  CHOKEPOINT_ASSERT(false, "the loader lets only faults with a kind pass");
}

Faults::Faults(World& world) : world_(world) {
  for (const std::string& name : sorted_names(world.scenario.faults())) {
    effects_[name] = make_effect(world, name, world.scenario.faults().at(name));
  }
}

void Faults::start() {
  for (const auto& [name, effect] : effects_) {
    const v1::Fault& fault = world_.scenario.faults().at(name);
    const Watch* trigger = fault.has_when() ? &world_.watch(fault.when()) : nullptr;
    const Watch* end = fault.has_until() ? &world_.watch(fault.until()) : nullptr;
    world_.kernel.spawn("fault/" + name,
                        [this, name = name, trigger, end] { live(name, trigger, end); });
  }
}

void Faults::live(const std::string& name, const Watch* trigger, const Watch* end) {
  const v1::Fault& fault = world_.scenario.faults().at(name);
  if (trigger != nullptr) {
    world_.wait_for(*trigger);
  } else {
    world_.kernel.sleep_until(fault.at());
  }
  world_.kernel.sleep_until(world_.now() + fault.delay());
  inject(name);
  if (!fault.has_duration() && end == nullptr) return;
  if (end != nullptr) {
    world_.wait_for(*end);
  } else {
    world_.kernel.sleep_until(world_.now() + fault.duration());
  }
  revert(name);
}

void Faults::inject(const std::string& name) {
  in_place_[name] = true;
  world_.faults.at(name).started = true;
  world_.recorder.event(v1::EVENT_KIND_FAULT, name, "injected", "");
  world_.users->advance();  // what is changed below must not reach back
  effects_.at(name)->inject();
  world_.settle();
}

void Faults::revert(const std::string& name) {
  if (!in_place_[name]) return;
  in_place_[name] = false;
  world_.faults.at(name).finished = true;
  world_.recorder.event(v1::EVENT_KIND_FAULT, name, "reverted", "");
  world_.users->advance();
  effects_.at(name)->revert();
  world_.settle();
}

}  // namespace chokepoint::sim
