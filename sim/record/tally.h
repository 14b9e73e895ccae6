#pragma once
// Sums over time that the intervals of the record do not give: levels, members off, racks off.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace chokepoint::sim {

class World;

class Tally {
 public:
  explicit Tally(World& world) : world_(world) {}

  // To be called after every change of state and once at the end.
  void update();

  struct OfComponent {
    double level = 1;  // since the last update
    double off = 0;
    double level_time = 0;  // integrals over time, seconds
    double off_time = 0;
    double down_time = 0;
    double all_on_time = 0;
    double lowest = 1;
    double most_off = 0;
    bool is_split = false;
    double split_time = 0;
  };
  const OfComponent& component(const std::string& name) const { return components_.at(name); }
  double most_racks_off(const std::string& place) const { return racks_off_.at(place); }

 private:
  World& world_;
  double as_of_ = 0;
  std::map<std::string, OfComponent> components_;
  std::map<std::string, double> racks_off_;  // most at once, by place
};

}  // namespace chokepoint::sim
