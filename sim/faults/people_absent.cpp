#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class PeopleAbsentEffect : public Effect {
 public:
  PeopleAbsentEffect(World& world, const std::string& name, const v1::PeopleAbsent& spec)
      : world_(world), name_(name), team_(spec.operators()) {}

  void inject() override {
    if (world_.absences[team_]++ > 0) return;
    world_.recorder.inject(v1::PRIMITIVE_PEOPLE_ABSENT, team_, name_, 1);
  }
  void revert() override {
    if (--world_.absences[team_] > 0) return;
    world_.recorder.inject(v1::PRIMITIVE_PEOPLE_ABSENT, team_, name_, 0);
  }

 private:
  World& world_;
  std::string name_;
  std::string team_;
};

}  // namespace

std::unique_ptr<Effect> make_people_absent(World& world, const std::string& name,
                                           const v1::PeopleAbsent& spec) {
  return std::make_unique<PeopleAbsentEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
