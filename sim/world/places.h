#pragma once
// The tree of places and the racks that stand in it: who is below whom, which racks are on, and who
// can reach whom, and how much later. Switching a rack is reference-counted, because two faults may
// hold it down.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "sim/platform/kernel.h"

namespace chokepoint::sim {

using PlaceId = std::uint32_t;

struct Place {
  std::string path;
  int parent = -1;
  std::vector<PlaceId> children = {};
  const v1::Place* spec = nullptr;  // null for places that are only implied by a longer path
  RackId first_rack = 0;
  std::uint32_t racks = 0;  // standing here, those below not counted
  std::uint32_t racks_on = 0;
};

struct Rack {
  PlaceId place = 0;
  std::uint32_t number = 0;     // within its place
  std::uint32_t held_down = 0;  // by how many reasons; on when none
  bool is_on() const { return held_down == 0; }
};

// What lies between `inside` and `other`, or anything else if `other` is absent.
struct Border {
  PlaceId inside = 0;
  std::optional<PlaceId> other = {};
  bool operator==(const Border&) const = default;
};

// What passes the border takes longer, each way.
struct SlowBorder {
  Border border;
  double by = 0;  // seconds
  bool operator==(const SlowBorder&) const = default;
};

class Places {
 public:
  explicit Places(const v1::Scenario& scenario);

  const std::vector<Place>& all() const { return places_; }
  const Place& operator[](PlaceId place) const { return places_[place]; }
  PlaceId find(std::string_view path) const;          // asserts that it exists
  bool contains(PlaceId outer, PlaceId inner) const;  // a place contains itself

  std::size_t rack_count() const { return racks_.size(); }
  const Rack& rack(RackId rack) const { return racks_[rack]; }
  std::string rack_name(RackId rack) const;              // place/rack-7
  std::vector<RackId> racks_below(PlaceId place) const;  // in order of number
  bool rack_is_below(RackId rack, PlaceId place) const;
  // One more, or one less, reason for a rack to be off; true if that switched it.
  bool hold_down(RackId rack);
  bool let_go(RackId rack);
  struct Count {
    std::uint32_t all = 0;
    std::uint32_t on = 0;
  };
  Count count(PlaceId place) const;      // of the racks at or below
  double share_on(PlaceId place) const;  // 1 if there are none

  // What SimGrid is to build.
  std::vector<ZoneSpec> zones() const;

  // `from` empty: everything else. Asserts that both exist.
  Border border(const std::string& place, const std::string& from) const;
  // Nothing passes these.
  std::vector<Border>& cuts() { return cuts_; }
  std::vector<SlowBorder>& slow_borders() { return slow_borders_; }
  const std::vector<SlowBorder>& slow_borders() const { return slow_borders_; }
  // Both ends may be kOutside.
  bool reachable(RackId from, RackId to) const;
  // Seconds that all borders in between add, one way.
  double added_delay(RackId from, RackId to) const;

 private:
  PlaceId add(const std::string& path);
  bool is_between(const Border& border, RackId from, RackId to) const;
  void collect_racks(PlaceId place, std::vector<RackId>& into) const;

  std::vector<Place> places_;  // parents before children
  std::map<std::string, PlaceId, std::less<>> by_path_;
  std::vector<Rack> racks_;
  std::vector<Border> cuts_;
  std::vector<SlowBorder> slow_borders_;
};

}  // namespace chokepoint::sim
