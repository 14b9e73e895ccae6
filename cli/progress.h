#pragma once
// How far a run is, on a terminal and nowhere else.

#include <chrono>
#include <cstdio>

namespace chokepoint::cli {

class Progress {
 public:
  // `horizon_s` is the simulated time that the run will cover.
  Progress(std::FILE* stream, double horizon_s);
  // Takes the bar away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // The simulated share of the horizon, 0..1. Draws ten times a second at most, and not at all in
  // the first half second: most runs are over by then.
  void show(double share);

 private:
  using WallClock = std::chrono::steady_clock;  // never reaches the record

  std::FILE* stream_;
  double horizon_s_;
  bool is_drawn_ = false;
  bool is_shown_;
  WallClock::time_point next_;
};

}  // namespace chokepoint::cli
