#pragma once
// When each fault of a game day is in place, put together from what a simulated run switched on and
// off one after the other.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::controller {

// One fault on one agent; `body` is the primitive fault in YAML, without its duration.
struct BoundFault {
  std::string agent;
  std::string body;
  auto operator<=>(const BoundFault&) const = default;
};

struct Stretch {
  BoundFault fault;
  double from_s = 0;
  double to_s = 0;
  // What began it.
  v1::Injection begun_by;
};

class Stretches {
 public:
  explicit Stretches(double horizon_s) : horizon_s_(horizon_s) {}

  // One more, or one less, reason for the fault; it lasts while there is one.
  void begin(const BoundFault& fault, const v1::Injection& by);
  void end(const BoundFault& fault, double at_s);

  // Ends what is still there at the horizon; in order of time, then of agents.
  std::vector<Stretch> take();

 private:
  struct Open {
    int reasons = 0;
    double from_s = 0;
    v1::Injection by;
  };
  double horizon_s_;
  std::map<BoundFault, Open> open_;
  std::vector<Stretch> done_;
};

}  // namespace chokepoint::controller
