#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class PlaceLossEffect : public Effect {
 public:
  PlaceLossEffect(World& world, const std::string& name, const v1::PlaceLoss& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    hit_ = world_.places.racks_below(world_.places.find(spec_.place()));
    Stream draws = world_.streams.circumstances(name_, "racks");
    for (std::size_t last = hit_.size(); last-- > 1;) {
      std::swap(hit_[last], hit_[draws.below(last + 1)]);
    }
    hit_.resize(static_cast<std::size_t>(
        std::ceil(spec_.share() * static_cast<double>(hit_.size()) - 1e-9)));
    std::sort(hit_.begin(), hit_.end());
    for (const RackId rack : hit_) world_.power_off(rack, name_);
  }
  void revert() override {
    for (const RackId rack : hit_) world_.power_on(rack, name_);
  }

 private:
  World& world_;
  std::string name_;
  const v1::PlaceLoss& spec_;
  std::vector<RackId> hit_;
};

}  // namespace

std::unique_ptr<Effect> make_place_loss(World& world, const std::string& name,
                                        const v1::PlaceLoss& spec) {
  return std::make_unique<PlaceLossEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
