#include "sim/components/dns.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class EnactorDelayEffect : public Effect {
 public:
  EnactorDelayEffect(World& world, const std::string& name, const v1::EnactorDelay& spec)
      : dns_(dynamic_cast<Dns&>(world.component(spec.component()))), name_(name), spec_(spec) {}

  void inject() override { dns_.delay_enactor(spec_.by(), name_); }
  void revert() override { dns_.delay_enactor(0, name_); }

 private:
  Dns& dns_;
  std::string name_;
  const v1::EnactorDelay& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_enactor_delay(World& world, const std::string& name,
                                           const v1::EnactorDelay& spec) {
  return std::make_unique<EnactorDelayEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
