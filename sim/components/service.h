#pragma once
// Stateless replicas behind one queue. See Service in component.proto.

#include "sim/world/component.h"

namespace chokepoint::sim {

class Service : public Component {
 public:
  Service(World& world, const std::string& name, const v1::Component& spec);

  traffic::Station station() const override;
  StationState station_state() const override;

  // More replicas, taking turns over the places. Blocks the calling actor until they have booted;
  // those for which no rack is on are left out.
  void scale(std::uint32_t add, const std::vector<std::string>& at);

 protected:
  bool is_asked(std::size_t index) const override {
    return is_serving(index) && !members()[index].is_known_lost;
  }
  double own_level() const override;
  const v1::DrawnDuration& boot_law() const override { return service_.boot(); }

 private:
  double workers() const;

  const v1::Service& service_;
  std::size_t configured_;
};

}  // namespace chokepoint::sim
