#include "controller/probes/prober.h"

#include <signal.h>

#include <utility>

#include "scenarios/base/assert.h"

namespace chokepoint::controller {

Prober::Prober(std::string capability, const v1::Probe& probe, std::unique_ptr<Asker> asker,
               Listener& listener)
    : capability_(std::move(capability)),
      every_(std::chrono::duration_cast<SteadyTime::duration>(
          std::chrono::duration<double>(probe.every()))),
      turns_(probe.failures()),
      asker_(std::move(asker)),
      listener_(listener) {
  CHOKEPOINT_ASSERT(every_.count() > 0, "make_asker refuses a probe that never waits");
  CHOKEPOINT_ASSERT(asker_ != nullptr, "a prober has a question");
  // Signals are for the threads that wait for them.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Prober::~Prober() {
  stop();
  thread_.join();
}

void Prober::stop() {
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  stopped_.notify_all();
}

void Prober::run() {
  const SteadyTime began = std::chrono::steady_clock::now();
  SteadyTime point = began;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (stopped_.wait_until(lock, point, [this] { return is_stopped_; })) return;
    }
    Asked asked;
    asked.began = std::chrono::steady_clock::now();
    asked.answer = asker_->ask();
    listener_.asked(capability_, asked);
    if (const auto turn = turns_.take(asked)) listener_.turned(capability_, *turn);
    point = next_point(began, every_, point, std::chrono::steady_clock::now());
  }
}

}  // namespace chokepoint::controller
