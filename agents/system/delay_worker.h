#pragma once
// The process that holds packets back (agents/delay/main.cpp), for as long as this object lives.

#include <sys/types.h>

#include <cstdint>
#include <utility>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

class DelayWorker {
 public:
  // Takes a queue that nobody has, and returns once it is taken. The program stands beside the one
  // that runs. Errors: unavailable.
  static Result<DelayWorker> start(double delay, double jitter);

  DelayWorker(DelayWorker&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), queue_(other.queue_) {}
  DelayWorker& operator=(DelayWorker&&) = delete;
  ~DelayWorker();

  std::uint16_t queue() const { return queue_; }
  // False when it died; then the kernel lets all packets through.
  bool is_alive();

 private:
  DelayWorker(pid_t pid, std::uint16_t queue) : pid_(pid), queue_(queue) {}

  pid_t pid_;
  std::uint16_t queue_;
};

}  // namespace chokepoint::agents
