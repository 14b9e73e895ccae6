#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class SlowdownEffect : public Effect {
 public:
  SlowdownEffect(World& world, const std::string& name, const v1::Slowdown& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    Component& component = world_.component(spec_.component());
    component.set_speed(component.speed() * spec_.to());
    component.blame(name_);
    world_.recorder.inject(v1::PRIMITIVE_CPU_LIMIT, spec_.component(), name_, component.speed());
  }
  void revert() override {
    Component& component = world_.component(spec_.component());
    component.set_speed(component.speed() / spec_.to());
    world_.recorder.inject(v1::PRIMITIVE_CPU_LIMIT, spec_.component(), name_, component.speed());
  }

 private:
  World& world_;
  std::string name_;
  const v1::Slowdown& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_slowdown(World& world, const std::string& name,
                                      const v1::Slowdown& spec) {
  return std::make_unique<SlowdownEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
