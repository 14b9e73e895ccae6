#pragma once
// Something that opens again in stages. See Gated in component.proto.

#include <algorithm>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Watch;

class Gated : public Component {
 public:
  Gated(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  StationState station_state() const override;
  std::size_t open_gates() const override { return open_; }
  std::size_t steady_gates() const override { return std::min(open_, supported()); }
  std::size_t gate_number(const std::string& gate) const override;
  std::string lane_state() const override;

 protected:
  double own_level() const override;

 private:
  struct Gate {
    std::string name;
    const v1::Gate* spec;
    std::vector<Watch*> needs = {};
    std::vector<Watch*> opens_when = {};
    double hold = 0;  // seconds, for the next opening
  };

  void work();
  std::size_t supported() const;  // gates in line whose needs hold
  bool may_open(const Gate& gate) const;
  void shut_to(std::size_t open);
  void open_next();

  const v1::Gated& gated_;
  std::vector<Gate> gates_;  // in line
  std::size_t open_ = 0;
  double opened_at_ = 0;
};

}  // namespace chokepoint::sim
