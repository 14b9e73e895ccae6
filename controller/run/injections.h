#pragma once
// The faults of a game day: which are to be in place when, and what is known of each. It decides
// and remembers; writing down and sending is the caller's, in that order. What agents say is
// believed only as far as their witnesses saw it. Thread rule: one thread.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/agent_link.pb.h"
#include "chokepoint/v1/game_day.pb.h"

namespace chokepoint::controller {

struct AgentOrder {
  std::string agent;
  v1::ToAgent message;
};

// Something became known, or is to be done: write the note down, then send the order.
struct InjectionChange {
  v1::InjectionNote note;
  std::optional<AgentOrder> order = {};
};

class Injections {
 public:
  Injections(const v1::GameDayPlan& plan, std::string game_day);

  // Faults whose time has come, to be injected or reverted.
  std::vector<InjectionChange> due(double at_s);
  // When the next one will be; nothing when none is left.
  std::optional<double> next_due() const;
  // Reverts everything that is or may be in place, and gives up what is still to come. What was
  // ordered to be reverted before is ordered again.
  std::vector<InjectionChange> revert_all(double at_s);

  // Nothing when the outcome is not about one of these, or says nothing new.
  std::optional<InjectionChange> take(const std::string& agent, const v1::OrderOutcome& outcome);
  // An agent is back and tells what stands there: what is not among it is not in place any more,
  // and what should not stand is to be reverted.
  std::vector<InjectionChange> take(const v1::Hello& hello);
  // An agent tells what stands there: of faults of which nobody knew what became, those that are
  // not among it are gone. Others are not judged by it: orders may be on their way.
  std::vector<InjectionChange> take(const std::string& agent, const v1::Heartbeat& heartbeat);
  bool is_anything_unknown() const;
  // The order to inject could not be sent.
  InjectionChange not_sent(const std::string& id, const std::string& why);
  // Reverts that were ordered at or before this, and that nobody answered, count as unknown.
  std::vector<InjectionChange> give_up(double ordered_before_s);

  // One message for each of the agents that should hold something.
  std::vector<AgentOrder> renewals() const;

  bool is_anything_out() const;    // in place, or perhaps in place
  bool is_over() const;            // that, and nothing is still to come
  std::size_t agents_hit() const;  // with something out
  const std::vector<std::string>& agents() const { return agents_; }  // of the plan, by name
  // Whether the outcome is about one of these, and its agent's. From any thread.
  bool is_about(const std::string& agent, const v1::OrderOutcome& outcome) const;
  std::vector<v1::InjectionStatus> status() const;

  // What an earlier life of the controller wrote down.
  void replay(const v1::InjectionNote& note, double at_s);

  // Of a fault at its agent: unique over all game days.
  std::string fault_id(const std::string& id) const { return game_day_ + "-" + id; }

 private:
  struct One {
    v1::PlannedInjection planned;
    v1::InjectionStep step = v1::INJECTION_STEP_UNSPECIFIED;
    double revert_ordered_s = 0;
    std::uint32_t reverts = 0;  // ordered so far
    std::string text = {};
  };
  InjectionChange set(One& one, v1::InjectionStep step, const std::string& text, double took_s = 0);
  InjectionChange revert(One& one, double at_s);

  std::string game_day_;
  std::vector<One> all_;                         // in order of time
  std::map<std::string, std::size_t> by_fault_;  // by fault_id; not changed once it is made
  std::vector<std::string> agents_;              // likewise
  double now_s_ = 0;                             // the last moment that it heard of
};

}  // namespace chokepoint::controller
