#pragma once
// What the engine still has to do, in order of time; entries of one date in the order they came.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace chokepoint::sim::traffic {

enum class Kind : std::uint32_t {
  arrival,    // index: flow. The next request of a discrete flow
  completed,  // index: visit. Its own work is done (discrete)
  start,      // index: station. The head of the queue begins (cohorts)
  timeout,    // index: visit. It stops waiting for the call it is making
  retry,      // index: visit. It makes its call again
  arrived,    // index: visit. It comes to its station, from afar
  answered,   // index: visit. Its answer comes to its caller, from afar
};

struct Event {
  double time;
  std::uint64_t order;
  Kind kind;
  std::uint32_t index;
  std::uint32_t version;  // of the visit or station when the event was put in; another one: stale
};

class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  const Event& next() const { return heap_.front(); }

  void push(double time, Kind kind, std::uint32_t index, std::uint32_t version) {
    heap_.push_back({time, order_++, kind, index, version});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  Event pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }

 private:
  static bool later(const Event& a, const Event& b) {
    return a.time != b.time ? a.time > b.time : a.order > b.order;
  }

  std::vector<Event> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace chokepoint::sim::traffic
