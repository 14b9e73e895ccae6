#include "scenarios/base/needs.h"

#include <algorithm>

namespace chokepoint {

std::vector<std::string> needed_by(const v1::Component& component) {
  std::vector<std::string> names;
  for (const v1::Need& need : component.needs()) names.push_back(need.component());
  for (const auto& entry : component.pool().providers()) {
    if (!entry.second.component().empty()) names.push_back(entry.second.component());
  }
  for (const auto& entry : component.dns().answers()) names.push_back(entry.first);
  for (const v1::Need& need : component.leases().renews_with()) names.push_back(need.component());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace chokepoint
