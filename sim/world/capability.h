#pragma once
// Something that users can or cannot do, and why not.

#include <optional>
#include <string>

#include "chokepoint/v1/capability.pb.h"

namespace chokepoint::sim {

class World;

// Share of the needed component, or of the needed part of it, that works now.
double level_of(World& world, const v1::Need& need);
// Whether a component does what is needed of it, now.
bool is_met(World& world, const v1::Need& need);

class Capability {
 public:
  Capability(World& world, std::string name, const v1::Capability& spec)
      : world_(&world), name_(std::move(name)), spec_(&spec) {}

  const v1::Capability& spec() const { return *spec_; }

  // The first need that is not met, in the order written; null if all are.
  const v1::Need* unmet_need() const;

  // From here on, requests are counted for it.
  void measure() { is_measured_ = true; }
  // Share of the requests that succeeded in the last sample; absent when there were none. A sample
  // in which a need was unmet for a part of the time says nothing about what follows: it is left
  // out, unless it was down before and nobody has succeeded since.
  void set_success(std::optional<double> share);

  const char* state() const;  // up, degraded, down
  // The component behind a state other than up, with the fault behind that where known; or "".
  std::string cause() const;

 private:
  World* world_;
  std::string name_;
  const v1::Capability* spec_;
  std::optional<double> success_;
  bool is_measured_ = false;
  mutable bool was_unmet_ = false;  // since the last sample
};

}  // namespace chokepoint::sim
