#pragma once
// Feeds arbitrary bytes to what a controller reads from others. The first byte says which: j(SON of
// a plan, as `gameday start` reads it), g(ame day: what agents say in the course of one).

#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "controller/plan/make_plan.h"
#include "controller/run/handed_in.h"
#include "controller/run/injections.h"
#include "controller/run/progress.h"
#include "tests/controller/fuzz/read_bytes.h"
#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {

inline void read_plan(std::string_view bytes) {
  v1::GameDayPlan plan;
  if (!google::protobuf::util::JsonStringToMessage(std::string(bytes), &plan).ok()) return;
  constexpr double kNow = 1'800'000'000;
  (void)check_handed_in(plan, kNow);
  plan.set_prediction_sha256(digest_of_prediction(plan));  // whoever made it can do so too
  plan.set_plan_sha256(digest_of_plan(plan));
  if (const Status fit = check_handed_in(plan, kNow); !fit) {
    keep(!fit.error().message.empty());
    return;
  }
  (void)objections(plan);
  keep(length_of(plan) > 0 && length_of(plan) <= kLongestGameDay);
  Progress progress({.id = "day", .by = "ann", .submitted_at = kNow, .plan = plan});
  keep(progress.status(0).injections_size() == plan.injections_size());
  Injections injections(plan, "day");
  keep(injections.due(kLongestGameDay).size() == static_cast<std::size_t>(plan.injections_size()));
}

// A game day of four faults, in which agents say whatever the bytes tell them to.
class Hostile {
 public:
  explicit Hostile(std::string_view bytes) : bytes_(bytes), injections_(plan(), "day") {}

  void play() {
    while (!bytes_.empty()) {
      switch (next() % 7) {
        case 0:
          take(injections_.due(now_ += next() / 32.0));
          break;
        case 1:
          if (const auto change = injections_.take(agent(), said())) take({*change});
          break;
        case 2:
          take(injections_.take(hello()));
          break;
        case 3:
          take(injections_.revert_all(now_));
          break;
        case 4:
          take(injections_.give_up(now_ - next() / 16.0));
          break;
        case 5:
          (void)injections_.renewals();
          break;
        case 6: {
          const v1::Hello all = hello();
          v1::Heartbeat heartbeat;
          *heartbeat.mutable_standing() = all.standing();
          take(injections_.take(all.agent(), heartbeat));
          break;
        }
      }
      keep(injections_.agents_hit() <= 2);
      keep(injections_.is_anything_out() == (injections_.agents_hit() > 0));
    }
    end();
  }

 private:
  static v1::GameDayPlan plan() {
    v1::GameDayPlan plan = two_faults();
    add_fault(plan, "003", "a1", 2, 1);
    add_fault(plan, "004", "b1", 5, 1);
    return plan;
  }
  unsigned next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  std::string agent() { return next() % 2 == 0 ? "a1" : "b1"; }
  std::string fault() { return "day-00" + std::to_string(1 + next() % 5); }
  v1::OrderOutcome said() {
    v1::OrderOutcome outcome;
    const std::string id = fault();
    constexpr const char* kOrders[] = {"/inject", "/revert-1", "/revert-2", "", "/plan"};
    outcome.set_order(id + kOrders[next() % 5]);
    outcome.set_id(id);
    outcome.set_code(static_cast<v1::OutcomeCode>(next() % 12));
    outcome.set_seen(static_cast<v1::Sight>(next() % 5));
    outcome.set_message(std::string(next(), static_cast<char>(next())));
    return outcome;
  }
  v1::Hello hello() {
    v1::Hello hello;
    hello.set_agent(agent());
    for (unsigned i = next() % 4; i > 0; --i) hello.add_standing()->set_id(fault());
    return hello;
  }

  // No fault is ordered twice, none at another's agent, and what is known is never unlearnt.
  void take(const std::vector<InjectionChange>& changes) {
    for (const InjectionChange& change : changes) {
      keep(change.note.step() != v1::INJECTION_STEP_UNSPECIFIED);
      keep(change.note.text().size() <= 1000);
      if (!change.order) continue;
      const v1::ToAgent& order = change.order->message;
      keep(change.order->agent ==
           (change.note.id() == "001" || change.note.id() == "003" ? "a1" : "b1"));
      keep(order.has_inject() || order.has_revert());
      keep(orders_.insert(order.order()).second);
      if (order.has_inject()) keep(injected_.insert(order.inject().id()).second);
    }
  }
  // Whatever was said, agents that tell the truth from now on bring it to an end.
  void end() {
    for (const InjectionChange& change : injections_.revert_all(now_)) {
      if (!change.order) continue;
      v1::OrderOutcome outcome = reverted(change.order->message);
      (void)injections_.take(change.order->agent, outcome);
    }
    keep(!injections_.is_anything_out());
    keep(injections_.is_over());
  }

  std::string_view bytes_;
  Injections injections_;
  double now_ = 0;
  std::set<std::string> orders_;
  std::set<std::string> injected_;
};

inline void read_hostile(std::string_view bytes) {
  if (bytes.empty()) return;
  const char which = bytes.front();
  bytes.remove_prefix(1);
  if (which == 'j') read_plan(bytes);
  if (which == 'g') Hostile(bytes).play();
}

}  // namespace chokepoint::controller
