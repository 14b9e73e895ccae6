#pragma once
// How many runs are done, on a terminal and nowhere else.

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace chokepoint::cli {

class Counted {
 public:
  explicit Counted(std::FILE* stream);
  // Takes the line away.
  ~Counted();
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  // Draws ten times a second at most, and says how long the rest will take.
  void show(std::uint64_t done, std::uint64_t all);

 private:
  using WallClock = std::chrono::steady_clock;  // never reaches the results

  std::FILE* stream_;
  bool is_shown_;
  bool is_drawn_ = false;
  WallClock::time_point begun_;
  WallClock::time_point next_;
};

}  // namespace chokepoint::cli
