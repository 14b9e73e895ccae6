#pragma once
// Signers of whom enough must approve. See authority.proto.

#include <map>
#include <string>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Authority : public Component {
 public:
  Authority(World& world, const std::string& name, const v1::Component& spec);

  StationState station_state() const override { return answering(1); }
  std::string lane_state() const override;
  bool is_in(v1::State state) const override;
  std::vector<OwnMeasure> own_measures() const override;

  std::vector<std::string> signers() const;
  // A signer approves an attacker's order, once.
  void approve(const std::string& signer, const std::string& fault);
  // Whether an attacker's order has enough approvals now, those of deceived signers counted.
  bool is_approved() const;

  // An attacker hands in the approved order. Blocks the calling actor for the timelock; false if
  // the order was struck off meanwhile.
  bool carry_out(const std::string& fault);
  // Strikes off what waits; false when nothing does.
  bool cancel();

 protected:
  double own_level() const override { return 1; }

 private:
  bool approves(const std::string& signer) const;

  const v1::Authority& authority_;
  std::map<std::string, double> approved_at_;  // by signer, seconds
  std::uint32_t pending_ = 0;
  std::uint32_t cancellations_ = 0;
  double cancelled_ = 0;  // orders
  bool is_captured_ = false;
};

}  // namespace chokepoint::sim
