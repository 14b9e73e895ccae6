#pragma once
// A planner and its enactors. See DnsAutomation in dns.proto. The race that it can lose: an enactor
// that takes long writes a plan that is old by then, after another one has written a newer plan and
// before that one cleans up.

#include <cstdint>
#include <functional>
#include <string>

#include "chokepoint/v1/dns.pb.h"
#include "sim/world/component.h"

namespace chokepoint::sim {

class DnsAutomation {
 public:
  // `on_emptied` is called when the plan in the record has been cleaned up; the automation has
  // stopped then. `name` is the component that it works for; all must outlive this.
  DnsAutomation(World& world, const Component& name, const v1::DnsAutomation& spec,
                std::function<void()> on_emptied);

  void start();
  void stop();
  void go_on();  // after a stop
  // The first enactor takes so much longer with each plan that it takes from now on; 0: no more.
  void delay_first(double by, const std::string& fault);

 private:
  using Plan = std::int64_t;  // plan n is made n periods after the start
  bool is_at_rest() const { return is_stopped_ || name_.is_stalled(); }
  void begin_later(std::uint32_t enactor);
  void begin(std::uint32_t enactor);
  void write(std::uint32_t enactor, Plan plan);
  void clean_up(std::uint32_t enactor, Plan plan);

  World& world_;
  const Component& name_;
  const v1::DnsAutomation& spec_;
  std::function<void()> on_emptied_;
  Plan in_record_ = 0;
  bool is_stopped_ = false;
  double delay_ = 0;
  std::string delayed_by_;
};

}  // namespace chokepoint::sim
