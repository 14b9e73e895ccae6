#include <algorithm>

#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class NetworkDelayEffect : public Effect {
 public:
  NetworkDelayEffect(World& world, const std::string& name, const v1::NetworkDelay& spec)
      : world_(world),
        name_(name),
        spec_(spec),
        slow_{.border = world.places.border(spec.place(), spec.from()), .by = spec.by()} {}

  void inject() override {
    world_.places.slow_borders().push_back(slow_);
    for (const auto& [name, component] : world_.components) {
      for (const Member& member : component->members()) {
        if (world_.places.rack_is_below(member.rack, slow_.border.inside)) component->blame(name_);
      }
    }
    record(spec_.by());
  }
  void revert() override {
    auto& slow = world_.places.slow_borders();
    slow.erase(std::find(slow.begin(), slow.end(), slow_));
    record(0);
  }

 private:
  void record(double by) {
    world_.recorder.inject(v1::PRIMITIVE_NETWORK_DELAY, spec_.place(), name_, by, spec_.from());
  }

  World& world_;
  std::string name_;
  const v1::NetworkDelay& spec_;
  SlowBorder slow_;
};

}  // namespace

std::unique_ptr<Effect> make_network_delay(World& world, const std::string& name,
                                           const v1::NetworkDelay& spec) {
  return std::make_unique<NetworkDelayEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
