#pragma once
// The clock that people and certificates go by. It may be set; leases and waits use the monotonic
// one.

#include <chrono>

namespace chokepoint {

inline double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace chokepoint
