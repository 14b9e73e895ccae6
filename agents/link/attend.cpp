#include "agents/link/attend.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>

#include "agents/link/holder.h"
#include "agents/link/line.h"
#include "agents/link/metrics.h"
#include "agents/link/outcome.h"
#include "agents/local/preflight.h"
#include "agents/system/resident.h"
#include "scenarios/base/sorted.h"
#include "scenarios/services/credentials.h"

namespace chokepoint::agents {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBeatsToStart = 3;  // by then it has dialled, and done what it does over and over
constexpr std::size_t kRemembered = 1000;  // orders, so that none is carried out twice

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

Clock::duration span(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

// One fault, and the orders that wait for its outcomes.
struct Held {
  Holder holder;
  std::string inject_order;
  std::string revert_order;
  bool is_injected = false;
  Clock::time_point renewed = Clock::now();
};

template <class Map>
void add_targets(v1::Hello& hello, const std::string& kind, const Map& targets) {
  for (const std::string& name : sorted_names(targets)) hello.add_targets(kind + " " + name);
}

// Whoever reverts looks at the system before saying that it is done.
v1::OrderOutcome seen_to_be_gone() {
  v1::OrderOutcome outcome = done();
  outcome.set_seen(v1::SIGHT_BASELINE);
  return outcome;
}

class Service {
 public:
  Service(Agent& agent, const GuardianOptions& options, const std::string& version)
      : agent_(agent), options_(options), config_(agent.config()), line_(config_.controller()) {
    hello_.set_agent(config_.agent());
    hello_.set_version(version);
    *hello_.mutable_places() = config_.places();
    *hello_.mutable_components() = config_.components();
    add_targets(hello_, "process", config_.processes());
    add_targets(hello_, "file", config_.files());
    add_targets(hello_, "interface", config_.interfaces());
    add_targets(hello_, "service", config_.services());
    add_targets(hello_, "cgroup", config_.cgroups());
    add_targets(hello_, "folder", config_.folders());
    hello_.set_lease(config_.lease());
    for (const Capability& capability : preflight()) {
      v1::HostCapability& told = *hello_.add_capabilities();
      told.set_fault(capability.fault);
      told.set_works(capability.works);
      told.set_remark(capability.remark);
    }
  }

  // Until `stop` can be read from.
  void serve(int stop) {
    do {
      take_orders();
      take_outcomes();
      line_.keep_up([this] { return hello(); });
      beat();
    } while (!wait(stop));
  }

  // Ends everything that is held, and waits for it.
  Status stop() {
    end_all();
    return agent_.revert_all();
  }

 private:
  v1::Hello hello() {
    v1::Hello now = hello_;
    for (const auto& standing : standing_now()) *now.add_standing() = standing;
    return now;
  }

  Clock::time_point beat_at() const { return beaten_ + span(config_.lease() / 3); }

  // Until an order or an outcome has come, or something is due; true when `stop` can be read from.
  bool wait(int stop) {
    std::vector<pollfd> ready = holders();
    ready.push_back({.fd = line_.event(), .events = POLLIN, .revents = 0});
    ready.push_back({.fd = stop, .events = POLLIN, .revents = 0});
    const auto due = std::min(beat_at(), line_.due().value_or(Clock::time_point::max()));
    // Rounded up, or we should come too early and have to wait once more.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
    ::poll(ready.data(), ready.size(), static_cast<int>(std::max<long>(ms, 0)));
    return ready.back().revents != 0;
  }

  std::vector<pollfd> holders() const {
    std::vector<pollfd> all;
    for (const auto& [id, held] : held_) {
      all.push_back({.fd = held.holder.from(), .events = POLLIN, .revents = 0});
    }
    return all;
  }

  // Returns when all of them have said how it went, or died.
  void end_all() {
    for (auto& [id, held] : held_) held.holder.end();
    while (!held_.empty()) {
      std::vector<pollfd> ready = holders();
      ::poll(ready.data(), ready.size(), -1);
      take_outcomes();
    }
  }

  void take_orders() {
    while (const auto order = line_.next()) carry_out(*order);
  }

  void carry_out(const v1::ToAgent& order) {
    const auto earlier = std::find_if(outcomes_.begin(), outcomes_.end(), [&](const auto& outcome) {
      return outcome.order() == order.order();
    });
    if (!order.order().empty() && earlier != outcomes_.end()) return tell(*earlier, false);
    switch (order.does_case()) {
      case v1::ToAgent::kInject:
        return inject(order.order(), order.inject());
      case v1::ToAgent::kRenew:
        return renew(order.renew());
      case v1::ToAgent::kRevert:
        return revert(order.order(), order.revert());
      case v1::ToAgent::kPlan:
        return plan(order.order(), order.plan());
      case v1::ToAgent::DOES_NOT_SET:
        return;
    }
  }

  void inject(const std::string& order, const v1::InjectOrder& inject) {
    const auto there = held_.find(inject.id());
    if (there != held_.end()) {
      if (there->second.inject_order == order) return;  // its outcome is on its way
      return answer(order, inject.id(),
                    outcome_of({.code = Code::conflict,
                                .message = fmt::format("fault {} is there already", inject.id())}));
    }
    const bool is_name = !inject.id().empty() && inject.id().size() <= 64 &&
                         std::all_of(inject.id().begin(), inject.id().end(), [](unsigned char c) {
                           return std::isalnum(c) != 0 || c == '-' || c == '_';
                         });
    if (!is_name) {
      return answer(
          order, "",
          outcome_of({.code = Code::invalid_input, .message = "the name of the fault is none"}));
    }
    Result<Holder> holder = Holder::start(options_.program, options_.config, inject);
    if (!holder) return answer(order, inject.id(), outcome_of(holder.error()));
    spdlog::info("injecting {}", inject.id());
    held_.emplace(inject.id(),
                  Held{.holder = *std::move(holder), .inject_order = order, .revert_order = {}});
  }

  void renew(const v1::RenewOrder& renew) {
    for (const std::string& id : renew.ids()) {
      const auto held = held_.find(id);
      if (held == held_.end() || !held->second.revert_order.empty()) continue;
      held->second.holder.renew();
      held->second.renewed = Clock::now();
    }
  }

  void revert(const std::string& order, const v1::RevertOrder& revert) {
    if (revert.id().empty()) {
      end_all();
      const Status reverted = agent_.revert_all();
      return answer(order, "", reverted ? seen_to_be_gone() : outcome_of(reverted.error()));
    }
    const auto held = held_.find(revert.id());
    if (held != held_.end()) {
      held->second.revert_order = order;
      held->second.holder.end();
      return;
    }
    const Status reverted = agent_.revert(revert.id());
    answer(order, revert.id(), reverted ? seen_to_be_gone() : outcome_of(reverted.error()));
  }

  void plan(const std::string& order, const v1::PlanOrder& plan) {
    const Result<v1::PrimitiveFault> fault = fault_in(plan.fault());
    const Result<Prepared> prepared =
        fault ? agent_.plan(*fault, Agent::new_id()) : Result<Prepared>(fault.error());
    v1::OrderOutcome outcome = prepared ? done() : outcome_of(prepared.error());
    if (prepared) {
      for (const std::string& line : prepared->plan) outcome.add_plan(line);
      outcome.set_object(prepared->object);
    }
    answer(order, "", std::move(outcome));
  }

  void take_outcomes() {
    for (auto entry = held_.begin(); entry != held_.end();) {
      auto& [id, held] = *entry;
      pollfd ready{.fd = held.holder.from(), .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 0) <= 0) {
        ++entry;
        continue;
      }
      v1::OrderOutcome outcome;
      const bool is_told = held.holder.read(outcome);
      if (is_told && !held.is_injected && outcome.code() == v1::OUTCOME_CODE_DONE) {
        held.is_injected = true;
        held.renewed = Clock::now();
        metrics_.observe_inject(outcome.took());
        spdlog::info("injected {} after {:.0f} ms, and seen to be", id, outcome.took() * 1000);
        answer(held.inject_order, id, outcome);
        ++entry;
        continue;
      }
      if (!is_told) {
        outcome = outcome_of({.code = Code::not_reverted,
                              .message = "the process that held the fault died",
                              .hint = "its guardian reverts it; 'status' on the host tells"});
      }
      settle(id, held, outcome);
      entry = held_.erase(entry);
    }
  }

  // The last word about a fault.
  void settle(const std::string& id, const Held& held, const v1::OrderOutcome& outcome) {
    if (outcome.code() == v1::OUTCOME_CODE_NOT_REVERTED) {
      spdlog::error("{}: {}", id, outcome.message());
    } else {
      spdlog::info("{} is over: {}", id, outcome.message().empty() ? "done" : outcome.message());
    }
    if (held.is_injected) metrics_.observe_revert(outcome.took());
    answer(held.is_injected ? held.revert_order : held.inject_order, id, outcome);
  }

  void answer(const std::string& order, const std::string& id, v1::OrderOutcome outcome) {
    outcome.set_order(order);
    outcome.set_id(id);
    tell(outcome, true);
  }

  void tell(const v1::OrderOutcome& outcome, bool is_new) {
    if (is_new && !outcome.order().empty()) {
      outcomes_.push_back(outcome);
      if (outcomes_.size() > kRemembered) outcomes_.pop_front();
    }
    v1::FromAgent message;
    *message.mutable_outcome() = outcome;
    line_.send(message);
  }

  std::vector<v1::StandingFault> standing_now() {
    std::vector<v1::StandingFault> all;
    const auto open = agent_.open_faults();
    if (!open) return all;
    for (const v1::JournalEntry& entry : *open) {
      v1::StandingFault standing;
      standing.set_id(entry.id());
      standing.set_object(entry.object());
      const auto held = held_.find(entry.id());
      standing.set_seen(held != held_.end() && held->second.is_injected ? v1::SIGHT_INJECTED
                                                                        : v1::SIGHT_UNKNOWN);
      all.push_back(standing);
    }
    return all;
  }

  void beat() {
    if (Clock::now() < beat_at()) return;
    beaten_ = Clock::now();
    v1::FromAgent message;
    double unknown = 0;
    for (const auto& standing : standing_now()) {
      *message.mutable_heartbeat()->add_standing() = standing;
      if (standing.seen() == v1::SIGHT_UNKNOWN) ++unknown;
    }
    message.mutable_heartbeat();
    line_.send(message);
    if (++beats_ == kBeatsToStart) give_back_start_up_pages();
    if (config_.metrics().empty()) return;
    double age = 0;
    for (const auto& [id, held] : held_) age = std::max(age, since(held.renewed));
    metrics_.set_active(static_cast<double>(held_.size()));
    metrics_.set_unknown(unknown);
    metrics_.set_lease_age(age);
    metrics_.set_connected(line_.is_up());
    if (Status written = metrics_.write(config_.metrics()); !written) {
      spdlog::warn("{}", written.error().message);
    }
  }

  Agent& agent_;
  const GuardianOptions& options_;
  const v1::AgentConfig& config_;
  v1::Hello hello_;
  Line line_;
  std::map<std::string, Held> held_;
  std::deque<v1::OrderOutcome> outcomes_;
  Metrics metrics_;
  Clock::time_point beaten_ = Clock::now();
  int beats_ = 0;
};

}  // namespace

Status attend(Agent& agent, const GuardianOptions& options, const std::string& version, int stop) {
  if (!agent.config().has_controller()) {
    return Error{.code = Code::invalid_input,
                 .message = "the agent's configuration names no controller",
                 .hint = "write 'controller: {address: ...}', or use 'apply --local'"};
  }
  if (auto credentials = credentials_of(agent.config().controller()); !credentials) {
    return credentials.error();
  }
  if (Status reverted = agent.revert_all(); !reverted) return reverted;
  Service service(agent, options, version);
  service.serve(stop);
  return service.stop();
}

}  // namespace chokepoint::agents
