#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class StandbyNotReadyEffect : public Effect {
 public:
  StandbyNotReadyEffect(World& world, const std::string& name, const v1::StandbyNotReady& spec)
      : component_(world.component(spec.component())), name_(name) {}

  void inject() override { component_.stop_standby(name_); }
  void revert() override { component_.start_standby(name_); }

 private:
  Component& component_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Effect> make_standby_not_ready(World& world, const std::string& name,
                                               const v1::StandbyNotReady& spec) {
  return std::make_unique<StandbyNotReadyEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
