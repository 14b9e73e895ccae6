#pragma once
// What is to be done at which time, for things that need no actor of their own. Entries of one date
// run in the order in which they were put in (SimGrid's own timers do not promise that).

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "sim/platform/kernel.h"

namespace chokepoint::sim {

class Agenda {
 public:
  explicit Agenda(Kernel& kernel) : kernel_(kernel) {}

  // Starts the actor that works the agenda off.
  void start();

  // `action` runs at `time` (at once if that is past) in actor context and must not block.
  void at(double time, std::function<void()> action);

 private:
  struct Entry {
    double time;
    std::uint64_t order;
    std::function<void()> action;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
  };
  void work_off();

  Kernel& kernel_;
  std::priority_queue<Entry, std::vector<Entry>, Later> entries_;
  std::uint64_t next_order_ = 0;
  bool working_ = false;
};

}  // namespace chokepoint::sim
