#include "agents/apply.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <list>

#include "agents/system/failure.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

using Clock = std::chrono::steady_clock;

sigset_t ending_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
  return signals;
}

Clock::time_point in(double seconds) {
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

double until(Clock::time_point end) {
  return std::chrono::duration<double>(end - Clock::now()).count();
}

struct Standing {
  Injected injected;
  std::string object;
  Clock::time_point end;
};

class Application {
 public:
  explicit Application(Agent& agent) : agent_(agent) {}

  Status inject(const v1::PrimitiveFault& fault, const std::string& id, const std::string& object) {
    const auto begun = Clock::now();
    Result<Injected> injected = agent_.inject(fault, id);
    if (!injected) return injected.error();
    say(fmt::format("{}: injected, and seen to be, as {} after {:.0f} ms", object, id,
                    -1000 * until(begun)));
    standing_.push_back(
        {.injected = *std::move(injected), .object = object, .end = in(fault.duration())});
    return Ok{};
  }

  // Keeps alive what stands, until then or until nothing stands any more. Errors: of the first that
  // could not be kept or taken back.
  Status hold(Clock::time_point end, bool only_while_standing) {
    while (signal_ == 0 && until(end) > 0) {
      if (only_while_standing && standing_.empty()) return Ok{};
      if (Status over = end_those_that_are_over(); !over) return over;
      const Result<double> next = advance();
      if (!next) return next.error();
      signal_ = wait_for_ending_signal(std::clamp(std::min(until(end), *next), 0.0, 3600.0));
      if (signal_ != 0) break;
      if (Status alive = renew(); !alive) return alive;
    }
    return Ok{};
  }

  // The last one first.
  Status revert() {
    Status all = Ok{};
    while (!standing_.empty()) {
      const Status reverted = end(std::prev(standing_.end()));
      if (!reverted && all) all = reverted;
    }
    return all;
  }

  int signal() const { return signal_; }

 private:
  using Place = std::list<Standing>::iterator;

  static void say(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  Status end(Place place) {
    const auto begun = Clock::now();
    Status reverted = agent_.revert(place->injected);
    if (reverted)
      say(fmt::format("{}: reverted, and seen to be, after {:.0f} ms", place->object,
                      -1000 * until(begun)));
    standing_.erase(place);
    return reverted;
  }

  Status end_those_that_are_over() {
    for (auto place = standing_.begin(); place != standing_.end();) {
      if (until(place->end) > 0) {
        ++place;
        continue;
      }
      if (Status reverted = end(place); !reverted) return reverted;
      place = standing_.begin();
    }
    return Ok{};
  }

  // Takes the steps that are due; seconds until something else is to be done.
  Result<double> advance() {
    double soonest = agent_.config().lease() / 3;
    for (Standing& fault : standing_) {
      const Result<double> next = agent_.advance(fault.injected);
      if (!next) return next;
      soonest = std::min({soonest, *next, std::max(until(fault.end), 0.0)});
    }
    return soonest;
  }

  Status renew() {
    for (Standing& fault : standing_) {
      if (until(fault.end) <= 0) continue;
      if (Status alive = agent_.renew(fault.injected); !alive) return alive;
    }
    return Ok{};
  }

  Agent& agent_;
  std::list<Standing> standing_;
  int signal_ = 0;
};

}  // namespace

void block_ending_signals() {
  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

Result<Descriptor> ending_signal() {
  const sigset_t signals = ending_signals();
  Descriptor descriptor(::signalfd(-1, &signals, SFD_CLOEXEC));
  if (!descriptor.is_open()) return system_error("cannot listen to signals");
  return descriptor;
}

int wait_for_ending_signal(double seconds) {
  const sigset_t signals = ending_signals();
  const auto whole = static_cast<time_t>(seconds);
  const timespec patience{.tv_sec = whole,
                          .tv_nsec = std::lround((seconds - static_cast<double>(whole)) * 1e9)};
  const int signal = ::sigtimedwait(&signals, nullptr, &patience);
  return std::max(signal, 0);
}

Exit report(const Error& error) {
  fmt::print(stderr, "chokepoint-agent: {}", format_error(error));
  return exit_of(error.code);
}

Exit report(const Errors& errors) {
  fmt::print(stderr, "{}", format_errors(errors));
  return exit_of(errors.front().code);
}

Exit apply(Agent& agent, const std::vector<v1::PrimitiveFault>& faults, bool is_dry_run) {
  std::vector<std::string> ids;
  std::vector<std::string> objects;
  for (const v1::PrimitiveFault& fault : faults) {
    ids.push_back(Agent::new_id());
    const Result<Prepared> planned = agent.plan(fault, ids.back());
    if (!planned) return report(planned.error());
    if (std::find(objects.begin(), objects.end(), planned->object) != objects.end()) {
      return report(
          {.code = Code::conflict,
           .message = fmt::format("two of the faults are on {}", planned->object),
           .hint = "two faults on one object could not be told apart; nothing was touched"});
    }
    objects.push_back(planned->object);
    const std::string after =
        fault.after() > 0 ? format_quantity(fault.after(), v1::UNIT_DURATION) + " later, " : "";
    fmt::print("{}{}, for {}:\n", after, planned->object,
               format_quantity(fault.duration(), v1::UNIT_DURATION));
    for (const std::string& line : planned->plan) fmt::print("  {}\n", line);
  }
  std::fflush(stdout);
  if (is_dry_run) return Exit::held;

  block_ending_signals();
  Application application(agent);
  Status done = Ok{};
  for (std::size_t i = 0; i < faults.size() && done && application.signal() == 0; ++i) {
    done = application.hold(in(faults[i].after()), false);
    if (done && application.signal() == 0) done = application.inject(faults[i], ids[i], objects[i]);
  }
  if (done) done = application.hold(Clock::time_point::max(), true);
  if (Status reverted = application.revert(); !reverted) return report(reverted.error());
  if (!done) return report(done.error());
  const int signal = application.signal();
  return signal == SIGINT ? Exit::interrupted : signal != 0 ? Exit::aborted : Exit::held;
}

}  // namespace chokepoint::agents
