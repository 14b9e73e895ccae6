#include "sim/world/places.h"

#include <algorithm>

#include "scenarios/base/assert.h"

namespace chokepoint::sim {

Places::Places(const v1::Scenario& scenario) {
  std::map<std::string, const v1::Place*> sorted;
  for (const auto& [path, place] : scenario.places()) sorted[path] = &place;

  for (const auto& [path, place] : sorted) {
    const PlaceId id = add(path);
    places_[id].spec = place;
    places_[id].racks = place->racks();
    places_[id].racks_on = place->racks();
  }
  for (PlaceId id = 0; id < places_.size(); ++id) {
    places_[id].first_rack = static_cast<RackId>(racks_.size());
    for (std::uint32_t number = 0; number < places_[id].racks; ++number) {
      racks_.push_back({.place = id, .number = number});
    }
  }
}

PlaceId Places::add(const std::string& path) {
  if (const auto known = by_path_.find(path); known != by_path_.end()) return known->second;
  int parent = -1;
  if (const auto slash = path.rfind('/'); slash != std::string::npos) {
    parent = static_cast<int>(add(path.substr(0, slash)));
  }
  const auto id = static_cast<PlaceId>(places_.size());
  places_.push_back({.path = path, .parent = parent});
  by_path_[path] = id;
  if (parent >= 0) places_[static_cast<PlaceId>(parent)].children.push_back(id);
  return id;
}

PlaceId Places::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  CHOKEPOINT_ASSERT(found != by_path_.end(), "the loader lets only known places pass");
  return found->second;
}

bool Places::contains(PlaceId outer, PlaceId inner) const {
  for (int at = static_cast<int>(inner); at >= 0; at = places_[static_cast<PlaceId>(at)].parent) {
    if (static_cast<PlaceId>(at) == outer) return true;
  }
  return false;
}

std::string Places::rack_name(RackId rack) const {
  return places_[racks_[rack].place].path + "/rack-" + std::to_string(racks_[rack].number);
}

void Places::collect_racks(PlaceId place, std::vector<RackId>& into) const {
  const Place& here = places_[place];
  for (std::uint32_t number = 0; number < here.racks; ++number) {
    into.push_back(here.first_rack + number);
  }
  for (const PlaceId child : here.children) collect_racks(child, into);
}

std::vector<RackId> Places::racks_below(PlaceId place) const {
  std::vector<RackId> found;
  collect_racks(place, found);
  std::sort(found.begin(), found.end());
  return found;
}

bool Places::rack_is_below(RackId rack, PlaceId place) const {
  return rack != kOutside && contains(place, racks_[rack].place);
}

bool Places::hold_down(RackId rack) {
  if (racks_[rack].held_down++ > 0) return false;
  --places_[racks_[rack].place].racks_on;
  return true;
}

bool Places::let_go(RackId rack) {
  CHOKEPOINT_ASSERT(racks_[rack].held_down > 0, "a rack is let go as often as it was held down");
  if (--racks_[rack].held_down > 0) return false;
  ++places_[racks_[rack].place].racks_on;
  return true;
}

Places::Count Places::count(PlaceId place) const {
  Count sum{.all = places_[place].racks, .on = places_[place].racks_on};
  for (const PlaceId child : places_[place].children) {
    const Count below = count(child);
    sum.all += below.all;
    sum.on += below.on;
  }
  return sum;
}

double Places::share_on(PlaceId place) const {
  const Count racks = count(place);
  return racks.all == 0 ? 1 : static_cast<double>(racks.on) / racks.all;
}

std::vector<ZoneSpec> Places::zones() const {
  std::vector<ZoneSpec> zones;
  for (const Place& place : places_) {
    // An implied place connects like one that is written down without an uplink of its own.
    ZoneSpec zone{.name = place.path,
                  .parent = place.parent,
                  .racks = place.racks,
                  .uplink_latency = 250e-6,
                  .uplink_bandwidth = 12.5e9};
    if (place.spec != nullptr && place.spec->has_uplink()) {
      zone.uplink_latency = place.spec->uplink().latency();
      zone.uplink_bandwidth = place.spec->uplink().bandwidth();
    }
    zones.push_back(zone);
  }
  return zones;
}

Border Places::border(const std::string& place, const std::string& from) const {
  Border border{.inside = find(place)};
  if (!from.empty()) border.other = find(from);
  return border;
}

bool Places::is_between(const Border& border, RackId from, RackId to) const {
  const bool from_in = rack_is_below(from, border.inside);
  const bool to_in = rack_is_below(to, border.inside);
  if (!border.other) return from_in != to_in;
  return (from_in && rack_is_below(to, *border.other)) ||
         (to_in && rack_is_below(from, *border.other));
}

bool Places::reachable(RackId from, RackId to) const {
  return std::none_of(cuts_.begin(), cuts_.end(),
                      [&](const Border& cut) { return is_between(cut, from, to); });
}

double Places::added_delay(RackId from, RackId to) const {
  double sum = 0;
  for (const SlowBorder& slow : slow_borders_) {
    if (is_between(slow.border, from, to)) sum += slow.by;
  }
  return sum;
}

}  // namespace chokepoint::sim
