#pragma once
// The cooling plant of one place, its air, and the racks in it: heats up after a loss, trips racks
// one by one, brings them back no faster than the cooling carries them. The equation stands in
// place.proto.

#include <map>
#include <string>
#include <vector>

#include "chokepoint/v1/fault.pb.h"
#include "chokepoint/v1/place.pb.h"
#include "sim/world/places.h"

namespace chokepoint::sim {

class World;

class CoolingPlant {
 public:
  CoolingPlant(World& world, PlaceId place);

  void start();  // its actor

  // A loss, and its end. `loss` must outlive the plant.
  void lose(const std::string& fault, const v1::CoolingLoss& loss);
  void restore(const std::string& fault);

  double temperature();         // degrees Celsius, now
  double cooling_left() const;  // share, now
  // All cooling works and the air is within half a degree of normal.
  bool is_cool();
  double hottest() const { return hottest_; }

 private:
  struct Loss {
    const v1::CoolingLoss* spec;
    double since;
  };

  void work();
  void integrate();
  double cooling_at(double time) const;
  double share_of_racks_on() const;
  double time_to(double temperature) const;
  bool trip_racks();
  bool restart_a_rack();
  double next_look() const;

  World& world_;
  const v1::Cooling& spec_;
  std::string path_;
  std::vector<RackId> racks_;
  std::vector<double> trips_at_;           // degrees Celsius, by position in racks_
  std::map<RackId, std::string> tripped_;  // and the fault behind it
  std::vector<RackId> restart_order_;
  std::map<std::string, Loss> losses_;
  double temperature_;
  double hottest_;
  double as_of_ = 0;
  double racks_on_ = 1;  // share, since as_of_
};

}  // namespace chokepoint::sim
