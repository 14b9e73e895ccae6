#pragma once
// Deposits that are lent against collateral, and depositors who run. See lender.proto.

#include <optional>
#include <string>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Watch;

class Lender : public Component {
 public:
  Lender(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  StationState station_state() const override;
  bool is_in(v1::State state) const override;
  std::vector<OwnMeasure> own_measures() const override;

  // Lends against collateral that seems to be worth `value` and is not; gives what was lent, which
  // is 0 when it takes no more. From actor context.
  double lend_against_nothing(double value, const std::string& fault);
  // Takes no collateral and lends nothing from now on.
  void pause(const std::string& why);
  void resume() override;

 protected:
  double own_level() const override;

 private:
  double liquidity() const { return supplied_ - borrowed_; }
  void run();
  bool pay();
  void watch_utilisation();

  const v1::Lender& lender_;
  double supplied_;
  double borrowed_;
  double collateral_ = 0;  // bad
  double bad_debt_ = 0;
  double wanted_ = 0;  // asked for by depositors so far
  double paid_ = 0;
  double most_lent_;  // as a share of the deposits
  const Watch* run_begins_ = nullptr;
  bool is_paused_ = false;
  bool is_freezing_ = false;
};

}  // namespace chokepoint::sim
