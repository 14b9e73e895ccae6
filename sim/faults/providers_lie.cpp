#include "sim/components/pool.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class ProvidersLieEffect : public Effect {
 public:
  ProvidersLieEffect(World& world, const std::string& name, const v1::ProvidersLie& spec)
      : pool_(dynamic_cast<Pool&>(world.component(spec.component()))),
        name_(name),
        providers_(spec.providers().begin(), spec.providers().end()),
        reader_(spec.to()) {}

  void inject() override { pool_.corrupt(providers_, reader_, name_); }
  void revert() override { pool_.cure(providers_, reader_, name_); }

 private:
  Pool& pool_;
  std::string name_;
  Pool::Names providers_;
  std::string reader_;
};

}  // namespace

std::unique_ptr<Effect> make_providers_lie(World& world, const std::string& name,
                                           const v1::ProvidersLie& spec) {
  return std::make_unique<ProvidersLieEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
