#include "controller/run/injections.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "controller/plan/states.h"
#include "controller/probes/one_line.h"

namespace chokepoint::controller {
namespace {

constexpr std::size_t kLongestSaid = 1000;  // bytes of what an agent says that are kept

std::string said(const v1::OrderOutcome& outcome) {
  std::string text = outcome.message();
  if (!outcome.hint().empty()) text += (text.empty() ? "" : "; ") + outcome.hint();
  return one_line(text, kLongestSaid);
}

double end_of(const v1::PlannedInjection& planned) { return planned.at_s() + planned.duration_s(); }

}  // namespace

Injections::Injections(const v1::GameDayPlan& plan, std::string game_day)
    : game_day_(std::move(game_day)) {
  for (const v1::PlannedInjection& planned : plan.injections())
    all_.push_back({.planned = planned});
  std::stable_sort(all_.begin(), all_.end(),
                   [](const One& a, const One& b) { return a.planned.at_s() < b.planned.at_s(); });
  std::set<std::string> agents;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    by_fault_[fault_id(all_[i].planned.id())] = i;
    agents.insert(all_[i].planned.agent());
  }
  agents_ = {agents.begin(), agents.end()};
}

bool Injections::is_about(const std::string& agent, const v1::OrderOutcome& outcome) const {
  const auto found = by_fault_.find(outcome.id());
  return found != by_fault_.end() && all_[found->second].planned.agent() == agent;
}

InjectionChange Injections::set(One& one, v1::InjectionStep step, const std::string& text,
                                double took_s) {
  one.step = step;
  one.text = text;
  InjectionChange change;
  change.note.set_id(one.planned.id());
  change.note.set_step(step);
  change.note.set_text(text);
  change.note.set_took_s(took_s);
  return change;
}

InjectionChange Injections::revert(One& one, double at_s) {
  one.revert_ordered_s = at_s;
  InjectionChange change = set(one, v1::INJECTION_STEP_REVERT_ORDERED, "");
  const std::string fault = fault_id(one.planned.id());
  change.order = AgentOrder{.agent = one.planned.agent(), .message = {}};
  change.order->message.set_order(fmt::format("{}/revert-{}", fault, ++one.reverts));
  change.order->message.mutable_revert()->set_id(fault);
  return change;
}

std::vector<InjectionChange> Injections::due(double at_s) {
  now_s_ = at_s;
  std::vector<InjectionChange> changes;
  for (One& one : all_) {
    const bool is_in_place =
        one.step == v1::INJECTION_STEP_ORDERED || one.step == v1::INJECTION_STEP_INJECTED;
    if (is_in_place && end_of(one.planned) <= at_s) {
      changes.push_back(revert(one, at_s));
      continue;
    }
    if (one.step != v1::INJECTION_STEP_UNSPECIFIED || one.planned.at_s() > at_s) continue;
    const std::string fault = fault_id(one.planned.id());
    InjectionChange change = set(one, v1::INJECTION_STEP_ORDERED, "");
    change.order = AgentOrder{.agent = one.planned.agent(), .message = {}};
    change.order->message.set_order(fault + "/inject");
    change.order->message.mutable_inject()->set_id(fault);
    change.order->message.mutable_inject()->set_fault(one.planned.fault());
    changes.push_back(std::move(change));
  }
  return changes;
}

std::optional<double> Injections::next_due() const {
  std::optional<double> next;
  const auto consider = [&](double at_s) { next = std::min(next.value_or(at_s), at_s); };
  for (const One& one : all_) {
    if (one.step == v1::INJECTION_STEP_UNSPECIFIED) consider(one.planned.at_s());
    if (one.step == v1::INJECTION_STEP_ORDERED || one.step == v1::INJECTION_STEP_INJECTED) {
      consider(end_of(one.planned));
    }
  }
  return next;
}

std::vector<InjectionChange> Injections::revert_all(double at_s) {
  now_s_ = at_s;
  std::vector<InjectionChange> changes;
  for (One& one : all_) {
    if (is_out(one.step)) {
      changes.push_back(revert(one, now_s_));
    } else if (one.step == v1::INJECTION_STEP_UNSPECIFIED) {
      changes.push_back(set(one, v1::INJECTION_STEP_REFUSED, "not injected: the game day ended"));
    }
  }
  return changes;
}

std::optional<InjectionChange> Injections::take(const std::string& agent,
                                                const v1::OrderOutcome& outcome) {
  if (!is_about(agent, outcome)) return std::nullopt;
  One& one = all_[by_fault_.find(outcome.id())->second];
  const bool is_about_injection = outcome.order() == outcome.id() + "/inject";
  const bool is_done = outcome.code() == v1::OUTCOME_CODE_DONE;
  if (is_about_injection && is_done && outcome.seen() == v1::SIGHT_INJECTED) {
    if (one.step == v1::INJECTION_STEP_ORDERED) {
      return set(one, v1::INJECTION_STEP_INJECTED, said(outcome), outcome.took());
    }
    if (is_out(one.step)) return std::nullopt;  // it is to be reverted, and will be
    return revert(one, now_s_);                 // we had given it up
  }
  if (!is_out(one.step)) return std::nullopt;
  // Whoever does not know of the fault has nothing of it in the journal.
  const bool is_gone = outcome.seen() == v1::SIGHT_BASELINE ||
                       (!is_about_injection && outcome.code() == v1::OUTCOME_CODE_NOT_FOUND);
  if (!is_gone) {
    return set(one, v1::INJECTION_STEP_UNKNOWN,
               said(outcome).empty() ? "no witness saw what became of it" : said(outcome));
  }
  if (one.step == v1::INJECTION_STEP_REVERT_ORDERED || one.step == v1::INJECTION_STEP_UNKNOWN) {
    return set(one, v1::INJECTION_STEP_REVERTED, said(outcome), outcome.took());
  }
  if (is_about_injection) return set(one, v1::INJECTION_STEP_REFUSED, said(outcome));
  return set(one, v1::INJECTION_STEP_ENDED, said(outcome), outcome.took());
}

std::vector<InjectionChange> Injections::take(const v1::Hello& hello) {
  std::vector<InjectionChange> changes;
  for (One& one : all_) {
    if (one.planned.agent() != hello.agent()) continue;
    const std::string fault = fault_id(one.planned.id());
    const bool stands = std::any_of(hello.standing().begin(), hello.standing().end(),
                                    [&](const auto& standing) { return standing.id() == fault; });
    const bool should_stand =
        one.step == v1::INJECTION_STEP_ORDERED || one.step == v1::INJECTION_STEP_INJECTED;
    if (stands && !should_stand) {
      changes.push_back(revert(one, now_s_));
    } else if (!stands && should_stand) {
      changes.push_back(
          set(one, v1::INJECTION_STEP_ENDED, "it was not in place when its agent came back"));
    } else if (!stands && is_out(one.step)) {
      changes.push_back(
          set(one, v1::INJECTION_STEP_REVERTED, "it was not in place when its agent came back"));
    }
  }
  return changes;
}

std::vector<InjectionChange> Injections::take(const std::string& agent,
                                              const v1::Heartbeat& heartbeat) {
  std::vector<InjectionChange> changes;
  for (One& one : all_) {
    if (one.step != v1::INJECTION_STEP_UNKNOWN || one.planned.agent() != agent) continue;
    const std::string fault = fault_id(one.planned.id());
    const bool stands = std::any_of(heartbeat.standing().begin(), heartbeat.standing().end(),
                                    [&](const auto& standing) { return standing.id() == fault; });
    if (stands) continue;
    changes.push_back(
        set(one, v1::INJECTION_STEP_REVERTED, "its agent says that it is not in place any more"));
  }
  return changes;
}

bool Injections::is_anything_unknown() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const One& one) { return one.step == v1::INJECTION_STEP_UNKNOWN; });
}

InjectionChange Injections::not_sent(const std::string& id, const std::string& why) {
  return set(all_[by_fault_.at(fault_id(id))], v1::INJECTION_STEP_REFUSED, why);
}

std::vector<InjectionChange> Injections::give_up(double ordered_before_s) {
  std::vector<InjectionChange> changes;
  for (One& one : all_) {
    if (one.step != v1::INJECTION_STEP_REVERT_ORDERED) continue;
    if (one.revert_ordered_s > ordered_before_s) continue;
    changes.push_back(
        set(one, v1::INJECTION_STEP_UNKNOWN, "its agent did not say that it is reverted"));
  }
  return changes;
}

std::vector<AgentOrder> Injections::renewals() const {
  std::map<std::string, v1::ToAgent> by_agent;
  for (const One& one : all_) {
    if (one.step != v1::INJECTION_STEP_ORDERED && one.step != v1::INJECTION_STEP_INJECTED) continue;
    by_agent[one.planned.agent()].mutable_renew()->add_ids(fault_id(one.planned.id()));
  }
  std::vector<AgentOrder> orders;
  for (auto& [agent, message] : by_agent) orders.push_back({agent, std::move(message)});
  return orders;
}

bool Injections::is_anything_out() const {
  return std::any_of(all_.begin(), all_.end(), [](const One& one) { return is_out(one.step); });
}

bool Injections::is_over() const { return !is_anything_out() && !next_due(); }

std::size_t Injections::agents_hit() const {
  std::set<std::string> agents;
  for (const One& one : all_) {
    if (is_out(one.step)) agents.insert(one.planned.agent());
  }
  return agents.size();
}

std::vector<v1::InjectionStatus> Injections::status() const {
  std::vector<v1::InjectionStatus> all;
  for (const One& one : all_) {
    v1::InjectionStatus& status = all.emplace_back();
    status.set_id(one.planned.id());
    status.set_agent(one.planned.agent());
    status.set_step(one.step);
    status.set_text(one.text);
  }
  return all;
}

void Injections::replay(const v1::InjectionNote& note, double at_s) {
  now_s_ = std::max(now_s_, at_s);
  const auto found = by_fault_.find(fault_id(note.id()));
  if (found == by_fault_.end()) return;
  One& one = all_[found->second];
  one.step = note.step();
  one.text = note.text();
  if (note.step() == v1::INJECTION_STEP_REVERT_ORDERED) {
    one.revert_ordered_s = at_s;
    ++one.reverts;
  }
}

}  // namespace chokepoint::controller
