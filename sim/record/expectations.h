#pragma once
// Holds a run against what is expected of it: watches the moments while it runs, and judges at the
// end.

#include <memory>
#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"

namespace chokepoint::sim {

class World;

class Expectations {
 public:
  explicit Expectations(World& world);
  ~Expectations();

  // To be called after every change of state.
  void observe();

  // Adds a verdict for each expectation, sorted by name, and the outcome. The record must hold its
  // measures.
  void judge(v1::RunRecord& record) const;

 private:
  struct Tracked;
  World& world_;
  std::vector<std::unique_ptr<Tracked>> tracked_;
};

}  // namespace chokepoint::sim
