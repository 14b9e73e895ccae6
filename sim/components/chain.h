#pragma once
// A ledger kept by validators who vote with their stake. See chain.proto.

#include <map>
#include <string>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Chain : public Component {
 public:
  Chain(World& world, const std::string& name, const v1::Component& spec);

  traffic::Station station() const override;
  StationState station_state() const override;
  std::string lane_state() const override;
  std::vector<OwnMeasure> own_measures() const override;
  void stop_client(const std::string& client, double share, const std::string& fault) override;
  void start_client(const std::string& client, const std::string& fault) override;

  // Share of the whole stake that takes part now.
  double stake() const;

 protected:
  double own_level() const override { return is_halted_ ? 0 : 1; }
  void react() override;

 private:
  struct Group {
    std::string name;
    const v1::Validators* spec;
    std::vector<RackId> racks;
    std::map<std::string, double> stopped = {};  // share of it, by fault
  };
  bool has_quorum() const;
  void restart_later();

  const v1::Chain& chain_;
  std::vector<Group> groups_;
  bool is_halted_ = false;
  std::uint32_t epoch_ = 0;  // counts losses of the quorum, so that an old restart is recognised
  bool is_restarting_ = false;
  double halts_ = 0;
  double lowest_stake_ = 1;
};

}  // namespace chokepoint::sim
