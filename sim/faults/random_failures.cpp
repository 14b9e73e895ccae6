#include <deque>
#include <vector>

#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

// The machine repairman: members fail one by one, crews repair them in order of failure.
class RandomFailuresEffect : public Effect {
 public:
  RandomFailuresEffect(World& world, const std::string& name, const v1::RandomFailures& spec)
      : world_(world),
        name_(name),
        spec_(spec),
        draws_(world.streams.circumstances(name, "failures")) {}

  void inject() override {
    is_active_ = true;
    const std::size_t members = component().members().size();
    has_failed_.assign(members, false);
    for (std::size_t index = 0; index < members; ++index) fail_later(index);
  }

  void revert() override {
    is_active_ = false;
    ++round_;
    for (std::size_t index = 0; index < has_failed_.size(); ++index) {
      if (has_failed_[index]) component().start_member(index, name_);
    }
    has_failed_.assign(has_failed_.size(), false);
    waiting_.clear();
    busy_crews_ = 0;
  }

 private:
  Component& component() { return world_.component(spec_.component()); }

  void fail_later(std::size_t index) {
    const double at = world_.now() + draws_.duration(spec_.time_to_failure());
    world_.agenda.at(at, [this, index, round = round_] {
      if (!is_active_ || round != round_) return;
      has_failed_[index] = true;
      component().stop_member(index, name_);
      waiting_.push_back(index);
      send_crews();
      world_.settle();
    });
  }

  void send_crews() {
    while (!waiting_.empty() && (!spec_.has_crews() || busy_crews_ < spec_.crews())) {
      const std::size_t index = waiting_.front();
      waiting_.pop_front();
      ++busy_crews_;
      const double at = world_.now() + draws_.duration(spec_.repair());
      world_.agenda.at(at, [this, index, round = round_] {
        if (!is_active_ || round != round_) return;
        has_failed_[index] = false;
        --busy_crews_;
        component().start_member(index, name_);
        fail_later(index);
        send_crews();
        world_.settle();
      });
    }
  }

  World& world_;
  std::string name_;
  const v1::RandomFailures& spec_;
  Stream draws_;
  bool is_active_ = false;
  std::uint32_t round_ = 0;
  std::vector<bool> has_failed_;
  std::deque<std::size_t> waiting_;
  std::uint32_t busy_crews_ = 0;
};

}  // namespace

std::unique_ptr<Effect> make_random_failures(World& world, const std::string& name,
                                             const v1::RandomFailures& spec) {
  return std::make_unique<RandomFailuresEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
