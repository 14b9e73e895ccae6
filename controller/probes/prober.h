#pragma once
// Asks for one capability again and again, and says what came of it.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "controller/probes/asker.h"
#include "controller/probes/turns.h"

namespace chokepoint::controller {

class Prober {
 public:
  // Told on the prober's own thread, one call at a time for each prober; must not destroy it. While
  // a call lasts, nothing is asked.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void asked(const std::string& capability, const Asked& asked) = 0;
    // After `asked` of the question that made it turn.
    virtual void turned(const std::string& capability, const Turn& turn) = 0;
  };

  // Asks at once, and then every `every` of the probe on a fixed grid (next_point). The probe is
  // one that make_asker took, and `asker` what it gave; the listener outlives the prober.
  Prober(std::string capability, const v1::Probe& probe, std::unique_ptr<Asker> asker,
         Listener& listener);
  // Waits for a question on its way, and for the listener.
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // No further question; does not wait. Whoever has several probers says it to all of them before
  // destroying the first, and so waits for the slowest only. From any thread.
  void stop();

 private:
  void run();

  const std::string capability_;
  const SteadyTime::duration every_;
  Turns turns_;
  std::unique_ptr<Asker> asker_;
  Listener& listener_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopped_ = false;
  std::thread thread_;  // last: begins when all else is there
};

}  // namespace chokepoint::controller
