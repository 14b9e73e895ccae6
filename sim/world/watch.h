#pragma once
// Keeps an eye on one condition of the scenario: whether it holds now, counting for how long it
// must have held. The one mechanism behind triggers, runbooks, gates and expectations.

#include <vector>

#include "chokepoint/v1/condition.pb.h"

namespace chokepoint::sim {

class World;

class Watch {
 public:
  // The condition must outlive the watch. Not looked at before the first update().
  Watch(World& world, const v1::Condition& condition);

  // Looks again; to be called after every change of state. Asks the world to settle once more when
  // a `lasting` runs out.
  // True if the answer is another one than before.
  bool update();
  bool holds() const { return holds_; }
  // When it last became true; meaningful while it holds.
  double since() const { return since_; }

 private:
  bool true_now();

  World* world_;
  const v1::Condition* condition_;
  std::vector<Watch> parts_;
  bool was_true_ = false;
  bool holds_ = false;
  double since_ = 0;
};

}  // namespace chokepoint::sim
