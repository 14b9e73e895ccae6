#pragma once
// People with a runbook: notice, work step by step, repair. See Operators in operators.proto.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "chokepoint/v1/operators.pb.h"

namespace chokepoint::sim {

class Faults;
class Watch;
class World;

class Team {
 public:
  // `spec` must outlive the team.
  Team(World& world, Faults& faults, std::string name, const v1::Operators& spec);
  void start();

 private:
  void work();
  void work_on(const std::string& step, const Watch* when);
  bool may_start(const v1::Step& step, const Watch* when) const;
  bool is_done(const std::string& step) const;
  bool all_done() const;
  void wait_until(const std::function<bool()>& holds);

  World& world_;
  Faults& faults_;
  std::string name_;
  const v1::Operators& spec_;
  const Watch* watches_ = nullptr;
  std::map<std::string, const Watch*> whens_;  // by step; null without a condition
  std::uint32_t busy_ = 0;
};

}  // namespace chokepoint::sim
