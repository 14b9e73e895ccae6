#pragma once
// How much one agent may say: what it says is kept until somebody has time for it, and memory is
// finite. Thread rule: one thread.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace chokepoint::controller {

inline constexpr std::size_t kLargestSaid = 1 << 20;  // bytes of one message
inline constexpr double kSaidAtOnce = 4 << 20;        // bytes
inline constexpr double kSaidPerSecond = 256 << 10;   // bytes
inline constexpr double kPerMessage = 256;            // bytes that a message counts beside its own

class Allowance {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether a message of so many bytes is still within it.
  bool covers(std::size_t bytes, Clock::time_point now) {
    const double passed = std::chrono::duration<double>(now - since_).count();
    since_ = now;
    left_ = std::min(kSaidAtOnce, left_ + passed * kSaidPerSecond);
    left_ -= static_cast<double>(bytes) + kPerMessage;
    return bytes <= kLargestSaid && left_ >= 0;
  }

 private:
  Clock::time_point since_ = Clock::now();
  double left_ = kSaidAtOnce;
};

}  // namespace chokepoint::controller
