#pragma once
// Waits for something that nobody tells us of.

#include <chrono>
#include <thread>

namespace chokepoint::agents {

// Asks every few milliseconds; false when it does not hold after `seconds`.
template <class Condition>
bool wait_until(Condition holds, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  while (!holds()) {
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace chokepoint::agents
