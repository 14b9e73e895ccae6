#include <algorithm>
#include <utility>

#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class CrashEffect : public Effect {
 public:
  CrashEffect(World& world, const std::string& name, const v1::Crash& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    Component& component = world_.component(spec_.component());
    hit_.clear();
    for (std::size_t index = 0; index < component.members().size(); ++index) {
      const bool is_meant =
          spec_.place().empty() || world_.places.rack_is_below(component.members()[index].rack,
                                                               world_.places.find(spec_.place()));
      if (is_meant && component.is_on(index)) hit_.push_back(index);
    }
    if (spec_.has_members()) {
      Stream draws = world_.streams.circumstances(name_, "members");
      for (std::size_t last = hit_.size(); last-- > 1;) {
        std::swap(hit_[last], hit_[draws.below(last + 1)]);
      }
      if (hit_.size() > spec_.members()) hit_.resize(spec_.members());
      std::sort(hit_.begin(), hit_.end());
    }
    for (const std::size_t index : hit_) component.stop_member(index, name_);
  }
  void revert() override {
    Component& component = world_.component(spec_.component());
    for (const std::size_t index : hit_) component.start_member(index, name_);
  }

 private:
  World& world_;
  std::string name_;
  const v1::Crash& spec_;
  std::vector<std::size_t> hit_;
};

}  // namespace

std::unique_ptr<Effect> make_crash(World& world, const std::string& name, const v1::Crash& spec) {
  return std::make_unique<CrashEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
