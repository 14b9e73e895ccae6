#pragma once
// Partitions on brokers, with leaders that a control plane moves. See Log in component.proto.
// Partitions with the same replicas are one group: as many groups as brokers, group g on the
// brokers g, g + 1, ... (as Kafka's round robin lays them out), so that cost does not grow with
// partitions.

#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Log : public Component {
 public:
  Log(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  traffic::Station station() const override;
  // An event for a partition that takes none is answered with an error by the producer's own
  // timeout logic; to a caller that is an error, not a lost request: the default station_state().
  std::string lane_state() const override;
  std::vector<OwnMeasure> own_measures() const override;
  double lag() const override;
  bool is_drained() const override;

  // Moves leadership of a share of the groups that take no events to new brokers, by hand. Blocks
  // the calling actor until the data is copied.
  void reassign(double share, const std::vector<std::string>& at);

  double backlog() const;  // bytes not read yet

 protected:
  double own_level() const override;
  void react() override;
  const v1::DrawnDuration& boot_law() const override { return log_.boot(); }

 private:
  struct Group {
    std::size_t leader;  // broker, on or not
    double backlog = 0;  // bytes, as of accrued_
    bool takes_events = true;
    bool is_draining = false;
  };

  std::vector<std::size_t> replicas(std::size_t group) const;
  bool takes_events(const Group& group, std::size_t index) const;
  bool needs_leader(std::size_t group) const;
  void choose_leader(std::size_t group);
  void elect_leaders();
  void accrue() const;
  double inflow_now() const;
  void drain(std::vector<std::size_t> batch);
  void replace_broker(std::size_t broker, const std::string& place);

  const v1::Log& log_;
  mutable std::vector<Group> groups_;  // backlogs grow with time, also while only looked at
  mutable double accrued_ = 0;         // up to this time
  mutable double backlog_peak_ = 0;
  mutable double lag_peak_ = 0;
};

}  // namespace chokepoint::sim
