#pragma once
// The process that holds packets back (agents/delay/main.cpp), for as long as this object lives.

#include <cstdint>
#include <utility>

#include "agents/system/companion.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

class DelayWorker {
 public:
  // Takes a queue that nobody has, and returns once it is taken. The program stands beside the one
  // that runs. Errors: unavailable.
  static Result<DelayWorker> start(double delay, double jitter);

  std::uint16_t queue() const { return queue_; }
  // False when it died; then the kernel lets all packets through.
  bool is_alive() { return process_.is_alive(); }

 private:
  DelayWorker(Companion process, std::uint16_t queue)
      : process_(std::move(process)), queue_(queue) {}

  Companion process_;
  std::uint16_t queue_;
};

}  // namespace chokepoint::agents
