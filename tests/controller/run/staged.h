#pragma once
// A staging system in this process: agents that do as they are told, or not, and a capability that
// is down while a fault is in place.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "controller/probes/asker.h"
#include "controller/registry/registry.h"
#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {

// What an agent makes of its orders.
struct Behaviour {
  std::atomic<bool> injects = true;  // or refuses
  std::atomic<bool> reverts = true;  // or cannot say
  std::atomic<bool> answers = true;  // or is silent
};

class StagedAgent : public Line, public std::enable_shared_from_this<StagedAgent> {
 public:
  StagedAgent(Registry& registry, std::string name, std::atomic<int>& in_place)
      : registry_(registry), name_(std::move(name)), in_place_(in_place) {}

  void join() {
    v1::Hello hello;
    hello.set_agent(name_);
    hello.set_lease(1);
    for (const std::string& id : standing_) hello.add_standing()->set_id(id);
    ASSERT_TRUE(registry_.join(shared_from_this(), hello));
  }
  void leave() { registry_.leave(name_, this); }
  // As by its lease, while nobody could hear it.
  void forget() {
    in_place_ -= static_cast<int>(standing_.size());
    standing_.clear();
  }

  void send(const v1::ToAgent& order) override {
    if (!behaviour.answers) return;
    if (order.has_inject()) {
      ++injects;
      if (!behaviour.injects) {
        registry_.heard(name_, outcome(order, v1::OUTCOME_CODE_DENIED, v1::SIGHT_BASELINE));
        return;
      }
      standing_.insert(order.inject().id());
      ++in_place_;
      registry_.heard(name_, injected(order));
    } else if (order.has_revert()) {
      if (!behaviour.reverts) {
        registry_.heard(name_, outcome(order, v1::OUTCOME_CODE_NOT_REVERTED, v1::SIGHT_UNKNOWN));
        return;
      }
      in_place_ -= static_cast<int>(standing_.erase(order.revert().id()));
      registry_.heard(name_, reverted(order));
    } else if (order.has_plan()) {
      v1::OrderOutcome planned = outcome(order, v1::OUTCOME_CODE_DONE, v1::SIGHT_BASELINE);
      planned.set_object("process db of " + name_);
      planned.add_plan("pause it");
      registry_.heard(name_, planned);
    } else if (order.has_renew()) {
      ++renewals;
      registry_.heard(name_, v1::Heartbeat());
    }
  }
  void hang_up(const Error& /*reason*/) override {}

  Behaviour behaviour;
  std::atomic<int> injects = 0;
  std::atomic<int> renewals = 0;

 private:
  Registry& registry_;
  std::string name_;
  std::atomic<int>& in_place_;
  std::set<std::string> standing_;
};

// Down while it is told so.
class StagedAsker : public Asker {
 public:
  explicit StagedAsker(std::function<bool()> is_down) : is_down_(std::move(is_down)) {}
  Answer ask() override {
    const bool is_down = is_down_();
    return {.is_good = !is_down, .text = is_down ? "no answer" : "200", .took_s = 0.001};
  }

 private:
  std::function<bool()> is_down_;
};

}  // namespace chokepoint::controller
