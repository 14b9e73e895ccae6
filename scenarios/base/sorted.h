#pragma once
// Maps of a scenario come in no order; whatever must not depend on it goes through these names.

#include <algorithm>
#include <string>
#include <vector>

namespace chokepoint {

template <class Map>
std::vector<std::string> sorted_names(const Map& map) {
  std::vector<std::string> names;
  names.reserve(map.size());
  for (const auto& entry : map) names.push_back(entry.first);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace chokepoint
