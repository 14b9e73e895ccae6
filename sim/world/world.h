#pragma once
// The simulated world of one run: everything that has state, and settle(), which lets the
// consequences of a change take effect before time goes on. Owned by run(); all of it lives on one
// thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"
#include "sim/platform/kernel.h"
#include "sim/random/stream.h"
#include "sim/record/recorder.h"
#include "sim/world/agenda.h"
#include "sim/world/capability.h"
#include "sim/world/component.h"
#include "sim/world/cooling.h"
#include "sim/world/places.h"
#include "sim/world/users.h"
#include "sim/world/watch.h"

namespace chokepoint::sim {

// How far a fault or a step has come.
struct Progress {
  bool started = false;
  bool finished = false;
};

class World {
 public:
  World(const v1::Scenario& scenario, const Streams& streams);
  ~World();

  const v1::Scenario& scenario;
  Streams streams;
  Places places;
  Kernel kernel;
  Agenda agenda;
  Recorder recorder;

  // Sorted by name, so that nothing depends on the order of a hash.
  std::map<std::string, std::unique_ptr<Component>> components;
  std::map<std::string, std::unique_ptr<CoolingPlant>> cooling;  // by place
  std::map<std::string, Capability> capabilities;
  std::map<std::string, Progress> faults;
  std::map<std::string, Progress> steps;          // team/step
  std::vector<double> noticed_at;                 // whenever a team noticed something, seconds
  std::map<std::string, std::uint32_t> absences;  // by how many faults a team is kept away
  std::unique_ptr<Users> users;

  double now() const { return kernel.now(); }
  // From one rack to another, one way, seconds.
  double latency(RackId from, RackId to) const {
    return kernel.latency(from, to) + places.added_delay(from, to);
  }
  bool is_absent(const std::string& team) const;
  Component& component(const std::string& name);

  // Lets the consequences of what was changed at this instant take effect: levels, gates,
  // capabilities, traffic, watches. To be called after every change, from actor context.
  void settle();

  // Switches a rack, once per reason; both ends of the record and of SimGrid follow.
  void power_off(RackId rack, const std::string& fault);
  void power_on(RackId rack, const std::string& fault);

  // A watch that every settle() updates, for as long as the world lives.
  Watch& watch(const v1::Condition& condition);
  // Blocks the calling actor until the watch holds.
  void wait_for(const Watch& watch);
  // Called at the end of every settle().
  void on_settled(std::function<void()> action) { settled_.push_back(std::move(action)); }

 private:
  void order_by_needs();
  void settle_once();
  void note_states();

  std::vector<Component*> needed_first_;
  std::vector<std::unique_ptr<Watch>> watches_;
  std::vector<std::function<void()>> settled_;
  bool is_settling_ = false;
  bool is_unsettled_ = false;
};

}  // namespace chokepoint::sim
