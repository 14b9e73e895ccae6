#include "scenarios/base/assert.h"
#include "sim/components/config.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class BadConfigEffect : public Effect {
 public:
  BadConfigEffect(World& world, const std::string& name, const v1::BadConfig& spec)
      : config_(dynamic_cast<Config*>(&world.component(spec.component()))),
        name_(name),
        spec_(spec) {
    CHOKEPOINT_ASSERT(config_ != nullptr, "the loader lets only configurations have bad versions");
  }

  void inject() override { config_->change(spec_.entries(), spec_.rollout(), name_); }
  void revert() override { config_->take_back_change(); }

 private:
  Config* config_;
  std::string name_;
  const v1::BadConfig& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_bad_config(World& world, const std::string& name,
                                        const v1::BadConfig& spec) {
  return std::make_unique<BadConfigEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
