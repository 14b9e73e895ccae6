#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class CoolingLossEffect : public Effect {
 public:
  CoolingLossEffect(World& world, const std::string& name, const v1::CoolingLoss& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    for (CoolingPlant* plant : plants()) plant->lose(name_, spec_);
  }
  void revert() override {
    for (CoolingPlant* plant : plants()) plant->restore(name_);
  }

 private:
  std::vector<CoolingPlant*> plants() const {
    std::vector<CoolingPlant*> hit;
    const PlaceId place = world_.places.find(spec_.place());
    for (const auto& [path, plant] : world_.cooling) {
      if (world_.places.contains(place, world_.places.find(path))) hit.push_back(plant.get());
    }
    return hit;
  }

  World& world_;
  std::string name_;
  const v1::CoolingLoss& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_cooling_loss(World& world, const std::string& name,
                                          const v1::CoolingLoss& spec) {
  return std::make_unique<CoolingLossEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
