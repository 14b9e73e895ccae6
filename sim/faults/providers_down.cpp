#include "sim/components/pool.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class ProvidersDownEffect : public Effect {
 public:
  ProvidersDownEffect(World& world, const std::string& name, const v1::ProvidersDown& spec)
      : pool_(dynamic_cast<Pool&>(world.component(spec.component()))),
        name_(name),
        providers_(spec.providers().begin(), spec.providers().end()) {}

  void inject() override { pool_.stop_providers(providers_, name_); }
  void revert() override { pool_.start_providers(providers_, name_); }

 private:
  Pool& pool_;
  std::string name_;
  Pool::Names providers_;
};

}  // namespace

std::unique_ptr<Effect> make_providers_down(World& world, const std::string& name,
                                            const v1::ProvidersDown& spec) {
  return std::make_unique<ProvidersDownEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
