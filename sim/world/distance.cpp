#include "sim/world/distance.h"

#include <map>

namespace chokepoint::sim {
namespace {

// One rack for each place in which some stand, and how many do.
std::map<std::int64_t, std::pair<RackId, double>> by_place(const Places& places,
                                                           const std::vector<RackId>& racks) {
  std::map<std::int64_t, std::pair<RackId, double>> counts;
  for (const RackId rack : racks) {
    const std::int64_t place = rack == kOutside ? -1 : std::int64_t{places.rack(rack).place};
    auto& entry = counts[place];
    entry.first = rack;
    entry.second += 1;
  }
  return counts;
}

}  // namespace

std::vector<traffic::Way> ways_between(const Places& places, const std::vector<RackId>& from,
                                       const std::vector<RackId>& to) {
  if (places.slow_borders().empty()) return {};
  const auto sides = by_place(places, to);
  const double pairs = static_cast<double>(from.size()) * static_cast<double>(to.size());
  std::map<double, double> shares;  // by round trip
  for (const auto& [here, caller] : by_place(places, from)) {
    for (const auto& [there, called] : sides) {
      const double round_trip = 2 * places.added_delay(caller.first, called.first);
      shares[round_trip] += caller.second * called.second / pairs;
    }
  }
  if (shares.empty() || shares.rbegin()->first <= 0) return {};
  std::vector<traffic::Way> ways;
  for (const auto& [round_trip, share] : shares) {
    ways.push_back({.share = share, .round_trip = round_trip});
  }
  return ways;
}

}  // namespace chokepoint::sim
