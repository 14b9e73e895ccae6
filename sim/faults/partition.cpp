#include <algorithm>

#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class PartitionEffect : public Effect {
 public:
  PartitionEffect(World& world, const std::string& name, const v1::Partition& spec)
      : world_(world),
        name_(name),
        spec_(spec),
        cut_(world.places.border(spec.place(), spec.from())) {}

  void inject() override {
    world_.places.cuts().push_back(cut_);
    for (const auto& [name, component] : world_.components) {
      for (const Member& member : component->members()) {
        if (world_.places.rack_is_below(member.rack, cut_.inside)) component->blame(name_);
      }
    }
    world_.recorder.inject(v1::PRIMITIVE_NETWORK_PARTITION, spec_.place(), name_, 1, spec_.from());
  }
  void revert() override {
    auto& cuts = world_.places.cuts();
    cuts.erase(std::find(cuts.begin(), cuts.end(), cut_));
    world_.recorder.inject(v1::PRIMITIVE_NETWORK_PARTITION, spec_.place(), name_, 0, spec_.from());
  }

 private:
  World& world_;
  std::string name_;
  const v1::Partition& spec_;
  Border cut_;
};

}  // namespace

std::unique_ptr<Effect> make_partition(World& world, const std::string& name,
                                       const v1::Partition& spec) {
  return std::make_unique<PartitionEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
