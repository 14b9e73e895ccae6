#pragma once
// Makes the faults of the scenario happen: when each is injected, what it does, and how it is taken
// back. One file for each kind; adding a kind fails to compile until make_effect knows it.

#include <map>
#include <memory>
#include <string>

#include "chokepoint/v1/fault.pb.h"

namespace chokepoint::sim {

class Watch;
class World;

// What one fault does to the world. inject() and revert() alternate, inject() first; both run in
// actor context, must not block, and leave settling to the caller.
class Effect {
 public:
  virtual ~Effect() = default;
  virtual void inject() = 0;
  virtual void revert() = 0;
};

// `fault` must outlive the effect.
std::unique_ptr<Effect> make_effect(World& world, const std::string& name, const v1::Fault& fault);

std::unique_ptr<Effect> make_cooling_loss(World& world, const std::string& name,
                                          const v1::CoolingLoss& spec);
std::unique_ptr<Effect> make_place_loss(World& world, const std::string& name,
                                        const v1::PlaceLoss& spec);
std::unique_ptr<Effect> make_crash(World& world, const std::string& name, const v1::Crash& spec);
std::unique_ptr<Effect> make_slowdown(World& world, const std::string& name,
                                      const v1::Slowdown& spec);
std::unique_ptr<Effect> make_partition(World& world, const std::string& name,
                                       const v1::Partition& spec);
std::unique_ptr<Effect> make_control_plane_stall(World& world, const std::string& name,
                                                 const v1::ControlPlaneStall& spec);
std::unique_ptr<Effect> make_demand_surge(World& world, const std::string& name,
                                          const v1::DemandSurge& spec);
std::unique_ptr<Effect> make_random_failures(World& world, const std::string& name,
                                             const v1::RandomFailures& spec);
std::unique_ptr<Effect> make_cache_flush(World& world, const std::string& name,
                                         const v1::CacheFlush& spec);
std::unique_ptr<Effect> make_bad_config(World& world, const std::string& name,
                                        const v1::BadConfig& spec);
std::unique_ptr<Effect> make_client_bug(World& world, const std::string& name,
                                        const v1::ClientBug& spec);
std::unique_ptr<Effect> make_providers_down(World& world, const std::string& name,
                                            const v1::ProvidersDown& spec);
std::unique_ptr<Effect> make_providers_lie(World& world, const std::string& name,
                                           const v1::ProvidersLie& spec);
std::unique_ptr<Effect> make_compromise(World& world, const std::string& name,
                                        const v1::Compromise& spec);
std::unique_ptr<Effect> make_dns_change(World& world, const std::string& name,
                                        const v1::DnsChange& spec);
std::unique_ptr<Effect> make_enactor_delay(World& world, const std::string& name,
                                           const v1::EnactorDelay& spec);
std::unique_ptr<Effect> make_bad_collateral(World& world, const std::string& name,
                                            const v1::BadCollateral& spec);
std::unique_ptr<Effect> make_theft(World& world, const std::string& name, const v1::Theft& spec);
std::unique_ptr<Effect> make_code_exploit(World& world, const std::string& name,
                                          const v1::CodeExploit& spec);
std::unique_ptr<Effect> make_people_absent(World& world, const std::string& name,
                                           const v1::PeopleAbsent& spec);
std::unique_ptr<Effect> make_standby_not_ready(World& world, const std::string& name,
                                               const v1::StandbyNotReady& spec);
std::unique_ptr<Effect> make_network_delay(World& world, const std::string& name,
                                           const v1::NetworkDelay& spec);

// All faults of a run.
class Faults {
 public:
  explicit Faults(World& world);
  void start();                          // their triggers
  void revert(const std::string& name);  // early, by people; nothing happens if it is not in place

 private:
  void inject(const std::string& name);
  void live(const std::string& name, const Watch* trigger, const Watch* end);

  World& world_;
  std::map<std::string, std::unique_ptr<Effect>> effects_;
  std::map<std::string, bool> in_place_;
};

}  // namespace chokepoint::sim
