#include "agents/link/hold.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "agents/link/frame.h"
#include "agents/link/outcome.h"

namespace chokepoint::agents {
namespace {

using Clock = std::chrono::steady_clock;

// Of the lease: what this process needs to revert before its guardian thinks that it must.
constexpr double kPatience = 0.8;

double held_for(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// Until the fault is to be reverted; whether that was so meant.
v1::OrderOutcome keep(Agent& agent, Injected& injected, double duration) {
  v1::OrderOutcome ended;
  ended.set_code(v1::OUTCOME_CODE_ENDED);
  const auto begun = Clock::now();
  auto renewed = begun;
  while (true) {
    const double left = std::min(duration - held_for(begun),
                                 kPatience * agent.config().lease() - held_for(renewed));
    if (duration <= held_for(begun)) return done();
    if (left <= 0) {
      ended.set_message("nobody renewed it within its lease");
      return ended;
    }
    const Result<double> next = agent.advance(injected);
    if (!next) {
      ended.set_message(next.error().message);
      return ended;
    }
    pollfd ready{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(std::min(left, *next) * 1000) + 1) <= 0) continue;
    char said = 0;
    if (::read(STDIN_FILENO, &said, 1) != 1) {
      ended.set_message("the agent that held it is gone");
      return ended;
    }
    if (said != 'r') return done();
    if (Status alive = agent.renew(injected); !alive) {
      ended.set_message(alive.error().message);
      return ended;
    }
    renewed = Clock::now();
  }
}

}  // namespace

void hold(Agent& agent, const std::string& id) {
  v1::InjectOrder order;
  if (!read_frame(STDIN_FILENO, order)) return;
  const auto begun = Clock::now();
  const Result<v1::PrimitiveFault> fault = fault_in(order.fault());
  Result<Injected> injected = fault ? agent.inject(*fault, id) : fault.error();
  v1::OrderOutcome outcome = injected ? done() : outcome_of(injected.error());
  if (injected) outcome.set_seen(v1::SIGHT_INJECTED);
  outcome.set_id(id);
  outcome.set_took(held_for(begun));
  const bool is_heard = write_frame(STDOUT_FILENO, outcome);
  if (!injected) return;
  v1::OrderOutcome end = is_heard ? keep(agent, *injected, fault->duration()) : done();
  const auto reverting = Clock::now();
  if (Status reverted = agent.revert(*injected); !reverted) end = outcome_of(reverted.error());
  end.set_seen(end.code() == v1::OUTCOME_CODE_NOT_REVERTED ? v1::SIGHT_UNKNOWN
                                                           : v1::SIGHT_BASELINE);
  end.set_id(id);
  end.set_took(held_for(reverting));
  write_frame(STDOUT_FILENO, end);
}

}  // namespace chokepoint::agents
