#pragma once
// The measures that a run computes: one list for the simulator, the loader's checks and the docs.

#include <span>
#include <string_view>

#include "chokepoint/v1/rule.pb.h"

namespace chokepoint {

struct MeasureInfo {
  std::string_view scope;  // capability, users, component, place
  std::string_view name;
  v1::Unit unit;
  std::string_view meaning;  // one sentence
};

std::span<const MeasureInfo> known_measures();

// Null if there is no measure of this name for this scope.
const MeasureInfo* find_measure(std::string_view scope, std::string_view name);

}  // namespace chokepoint
