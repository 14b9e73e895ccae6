#pragma once
// Assets that an authority can release. See vault.proto.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Authority;

class Vault : public Component {
 public:
  Vault(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  StationState station_state() const override;
  std::string lane_state() const override;
  bool is_in(v1::State state) const override;
  std::vector<OwnMeasure> own_measures() const override;

  Authority& authority() const;
  double assets() const { return assets_; }
  double lost() const { return vault_.assets() - assets_; }  // released to attackers so far

  // On whose behalf something is released to an attacker, and how.
  struct Order {
    std::string fault;
    bool is_limited = true;                        // by the limits, while there are any
    std::optional<double> collateral_market = {};  // US dollars; of what it is borrowed against
  };
  // Releases as much of `wanted` as it lets go; US dollars.
  double release(double wanted, const Order& order);
  // The captured authority lifts the limits, if it can: after the time that this takes.
  void lift_limits(const std::string& fault);
  void pause(const std::string& why);
  void resume() override;

  // What white hats get for a flaw that puts so much at risk, and how long they take to find it, on
  // average; absent without a bounty, or when it pays nothing. Formula: vault.proto.
  struct Payout {
    double amount;
    double mean_time;
  };
  std::optional<Payout> payout(double at_risk) const;
  const v1::Bounty& bounty() const { return vault_.bounty(); }
  void pay_bounty(double amount, const std::string& fault);
  void note_fix(const std::string& fault);

 protected:
  double own_level() const override;

 private:
  struct Outflow {
    double at;
    double amount;
  };

  double allowed(const Order& order) const;
  double outflow_within(double window) const;
  void note_outflow(double amount);
  void pause_later(double reaction, const std::string& why);
  void release_honestly(const std::string& kind, double amount);
  void order_honestly(const std::string& kind);

  const v1::Vault& vault_;
  double assets_;
  bool is_paused_ = false;
  bool has_limits_ = true;
  bool is_tripped_ = false;
  std::deque<Outflow> outflows_;            // to anybody, as far back as somebody asks
  std::vector<Outflow> releases_;           // to attackers
  std::map<std::string, double> borrowed_;  // against made-up collateral, by fault
  std::map<std::string, Stream> honest_;    // draws, by kind
  double refused_ = 0;                      // calls that got nothing
  double honest_released_ = 0;
  double honest_blocked_ = 0;
  double bounty_paid_ = 0;
  double flaws_fixed_ = 0;
};

}  // namespace chokepoint::sim
