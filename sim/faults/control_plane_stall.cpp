#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class ControlPlaneStallEffect : public Effect {
 public:
  ControlPlaneStallEffect(World& world, const std::string& name, const v1::ControlPlaneStall& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override { world_.component(spec_.component()).stall(name_); }
  void revert() override { world_.component(spec_.component()).resume(); }

 private:
  World& world_;
  std::string name_;
  const v1::ControlPlaneStall& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_control_plane_stall(World& world, const std::string& name,
                                                 const v1::ControlPlaneStall& spec) {
  return std::make_unique<ControlPlaneStallEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
