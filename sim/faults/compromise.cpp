#include "sim/components/authority.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class CompromiseEffect : public Effect {
 public:
  CompromiseEffect(World& world, const std::string& name, const v1::Compromise& spec)
      : world_(world),
        authority_(dynamic_cast<Authority&>(world.component(spec.component()))),
        name_(name),
        spec_(spec) {}

  void inject() override {
    is_in_place_ = true;
    std::vector<std::string> tried(spec_.signers().begin(), spec_.signers().end());
    if (tried.empty()) tried = authority_.signers();
    Stream common = world_.streams.circumstances(name_, "common cause");
    const bool is_common = common.uniform() < spec_.common_cause();
    for (const std::string& signer : tried) {
      Stream draws = world_.streams.circumstances(name_ + "/" + signer, "compromise");
      const bool succeeds = draws.uniform() < spec_.chance();
      const double at = world_.now() + draws.duration(spec_.takes());
      if (!succeeds && !is_common) continue;
      world_.agenda.at(at, [this, signer] {
        if (!is_in_place_) return;
        authority_.approve(signer, name_);
        world_.settle();
      });
    }
  }
  void revert() override { is_in_place_ = false; }

 private:
  World& world_;
  Authority& authority_;
  std::string name_;
  const v1::Compromise& spec_;
  bool is_in_place_ = false;
};

}  // namespace

std::unique_ptr<Effect> make_compromise(World& world, const std::string& name,
                                        const v1::Compromise& spec) {
  return std::make_unique<CompromiseEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
