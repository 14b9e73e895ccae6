#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class ClientBugEffect : public Effect {
 public:
  ClientBugEffect(World& world, const std::string& name, const v1::ClientBug& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    for (const auto& [name, component] : world_.components) {
      component->stop_client(spec_.client(), spec_.share(), name_);
    }
  }
  void revert() override {
    for (const auto& [name, component] : world_.components) {
      component->start_client(spec_.client(), name_);
    }
  }

 private:
  World& world_;
  std::string name_;
  const v1::ClientBug& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_client_bug(World& world, const std::string& name,
                                        const v1::ClientBug& spec) {
  return std::make_unique<ClientBugEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
