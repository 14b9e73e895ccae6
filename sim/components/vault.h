#pragma once
// Assets that an authority can release. See vault.proto.

#include <string>
#include <utility>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Authority;

class Vault : public Component {
 public:
  double lost() const { return vault_.assets() - assets_; }  // released to attackers so far
  Vault(World& world, const std::string& name, const v1::Component& spec);

  StationState station_state() const override;
  std::string lane_state() const override;
  bool is_in(v1::State state) const override;
  std::vector<OwnMeasure> own_measures() const override;

  Authority& authority() const;
  double assets() const { return assets_; }
  // Releases as much of `wanted` as it lets go, to an attacker; US dollars.
  double release(double wanted, const std::string& fault);
  // The captured authority lifts the limits, if it can: after the time that this takes.
  void lift_limits(const std::string& fault);
  void pause(const std::string& why);

 protected:
  double own_level() const override;

 private:
  double allowed() const;
  double released_within(double window) const;
  void watch_outflow();

  const v1::Vault& vault_;
  double assets_;
  bool is_paused_ = false;
  bool has_limits_ = true;
  bool is_tripped_ = false;
  std::vector<std::pair<double, double>> releases_;  // when, how much
  double refused_ = 0;                               // calls that got nothing
};

}  // namespace chokepoint::sim
