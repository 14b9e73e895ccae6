#include "controller/registry/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/loader/read_scalar.h"

namespace chokepoint::controller {
namespace {

// An agent's own configuration allows no other.
Status check(const v1::Hello& hello) {
  const bool is_name = hello.agent().size() <= kLongestAgentName &&
                       misspelt(hello.agent(), v1::SPELLING_NAME).empty();
  if (!is_name) return Error{.message = "an agent says its name, and that is none"};
  if (hello.lease() >= kShortestLease && hello.lease() <= kLongestLease) return Ok{};
  return Error{
      .message = fmt::format("agent {} says that it has a lease that no agent has", hello.agent())};
}

}  // namespace

double Registry::silent_s(const Entry& entry) {
  return std::chrono::duration<double>(Clock::now() - entry.heard).count();
}

KnownAgent Registry::known(const Entry& entry) {
  return {.hello = entry.hello,
          .is_connected = entry.line != nullptr,
          .silent_s = silent_s(entry),
          .standing = entry.standing};
}

template <class Call>
void Registry::tell(Call call) {
  const std::lock_guard lock(listening_);
  for (AgentListener* listener : std::vector(listeners_)) call(*listener);
}

Status Registry::join(const std::shared_ptr<Line>& line, const v1::Hello& hello) {
  if (Status right = check(hello); !right) return right;
  std::shared_ptr<Line> replaced;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = agents_[hello.agent()];
    if (entry.line != nullptr && silent_s(entry) <= entry.hello.lease()) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("agent {} is connected already", hello.agent()),
                   .hint = "two hosts with one name? give each agent a name of its own"};
    }
    replaced = std::exchange(entry.line, line);
    entry.hello = hello;
    entry.heard = Clock::now();
    entry.standing = {hello.standing().begin(), hello.standing().end()};
  }
  if (replaced) {
    replaced->hang_up({.code = Code::unavailable, .message = "a newer call took its place"});
  }
  tell([&](AgentListener& listener) { listener.has_joined(hello); });
  return Ok{};
}

void Registry::heard(const std::string& agent, const v1::Heartbeat& heartbeat) {
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = agents_[agent];
    entry.heard = Clock::now();
    entry.standing = {heartbeat.standing().begin(), heartbeat.standing().end()};
  }
  tell([&](AgentListener& listener) { listener.has_beaten(agent, heartbeat); });
}

void Registry::heard(const std::string& agent, const v1::OrderOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = agents_[agent];
    entry.heard = Clock::now();
    if (outcome.seen() == v1::SIGHT_BASELINE) {  // sooner than the next heartbeat says so
      std::erase_if(entry.standing, [&](const auto& fault) { return fault.id() == outcome.id(); });
    }
    const auto asked = asked_.find(outcome.order());
    if (asked != asked_.end()) {
      if (asked->second.agent != agent) return;  // nobody answers for another
      asked->second.answer = outcome;
      answered_.notify_all();
      return;
    }
  }
  tell([&](AgentListener& listener) { listener.has_told(agent, outcome); });
}

void Registry::leave(const std::string& agent, const Line* line) {
  const std::lock_guard lock(mutex_);
  const auto found = agents_.find(agent);
  if (found != agents_.end() && found->second.line.get() == line) found->second.line.reset();
}

bool Registry::order(const std::string& agent, const v1::ToAgent& order) {
  std::shared_ptr<Line> line;
  {
    const std::lock_guard lock(mutex_);
    const auto found = agents_.find(agent);
    if (found != agents_.end()) line = found->second.line;
  }
  if (line) line->send(order);
  return line != nullptr;
}

std::vector<Result<v1::OrderOutcome>> Registry::ask(
    const std::vector<std::pair<std::string, v1::ToAgent>>& orders, double timeout_s) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [agent, message] : orders) asked_[message.order()] = {.agent = agent};
  }
  std::vector<Result<v1::OrderOutcome>> outcomes;
  std::vector<bool> was_sent;
  for (const auto& [agent, message] : orders) was_sent.push_back(order(agent, message));
  std::unique_lock lock(mutex_);
  const auto until = Clock::now() + std::chrono::duration<double>(timeout_s);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& [agent, message] = orders[i];
    const auto answer = asked_.find(message.order());
    if (was_sent[i]) {
      answered_.wait_until(lock, std::chrono::time_point_cast<Clock::duration>(until),
                           [&] { return answer->second.answer.has_value(); });
    }
    if (answer->second.answer) {
      outcomes.emplace_back(*answer->second.answer);
    } else if (was_sent[i]) {
      outcomes.emplace_back(Error{.code = Code::timed_out,
                                  .message = fmt::format("agent {} gives no answer", agent),
                                  .hint = "look at its log"});
    } else {
      outcomes.emplace_back(Error{.code = Code::unavailable,
                                  .message = fmt::format("agent {} is not connected", agent),
                                  .hint = "start it there: chokepoint-agent run"});
    }
    asked_.erase(answer);
  }
  return outcomes;
}

std::optional<KnownAgent> Registry::find(const std::string& agent) const {
  const std::lock_guard lock(mutex_);
  const auto found = agents_.find(agent);
  return found == agents_.end() ? std::nullopt : std::optional(known(found->second));
}

std::vector<std::optional<Pulse>> Registry::pulses(const std::vector<std::string>& agents) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::optional<Pulse>> pulses;
  pulses.reserve(agents.size());
  for (const std::string& agent : agents) {
    const auto found = agents_.find(agent);
    if (found == agents_.end()) {
      pulses.emplace_back(std::nullopt);
    } else {
      pulses.emplace_back(
          Pulse{.silent_s = silent_s(found->second), .lease_s = found->second.hello.lease()});
    }
  }
  return pulses;
}

std::size_t Registry::connected() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      agents_.begin(), agents_.end(), [](const auto& one) { return one.second.line != nullptr; }));
}

std::vector<KnownAgent> Registry::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<KnownAgent> all;
  for (const auto& [name, entry] : agents_) all.push_back(known(entry));
  return all;
}

void Registry::add(AgentListener* listener) {
  const std::lock_guard lock(listening_);
  listeners_.push_back(listener);
}

void Registry::remove(AgentListener* listener) {
  const std::lock_guard lock(listening_);
  std::erase(listeners_, listener);
}

}  // namespace chokepoint::controller
