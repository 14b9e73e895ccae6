#include "sim/world/agenda.h"

#include <limits>
#include <utility>

namespace chokepoint::sim {

void Agenda::start() {
  kernel_.spawn("agenda", [this] { work_off(); });
}

void Agenda::at(double time, std::function<void()> action) {
  const bool is_first = entries_.empty() || time < entries_.top().time;
  entries_.push({.time = time, .order = next_order_++, .action = std::move(action)});
  if (is_first && !working_) kernel_.notify_change();
}

void Agenda::work_off() {
  while (true) {
    while (!entries_.empty() && entries_.top().time <= kernel_.now()) {
      working_ = true;
      const std::function<void()> action = entries_.top().action;
      entries_.pop();
      action();
      working_ = false;
    }
    kernel_.wait_change(entries_.empty() ? std::numeric_limits<double>::infinity()
                                         : entries_.top().time);
  }
}

}  // namespace chokepoint::sim
