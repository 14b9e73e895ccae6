#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class DemandSurgeEffect : public Effect {
 public:
  DemandSurgeEffect(World& world, const std::string& name, const v1::DemandSurge& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    world_.users->add_surge(spec_.users(), name_, spec_.factor());
    world_.recorder.inject(v1::PRIMITIVE_DEMAND, spec_.users(), name_, spec_.factor());
  }
  void revert() override {
    world_.users->end_surge(spec_.users(), name_);
    world_.recorder.inject(v1::PRIMITIVE_DEMAND, spec_.users(), name_, 1);
  }

 private:
  World& world_;
  std::string name_;
  const v1::DemandSurge& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_demand_surge(World& world, const std::string& name,
                                          const v1::DemandSurge& spec) {
  return std::make_unique<DemandSurgeEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
