#include "sim/record/tally.h"

#include <algorithm>

#include "sim/world/world.h"

namespace chokepoint::sim {

void Tally::update() {
  const double step = world_.now() - as_of_;
  as_of_ = world_.now();
  for (const auto& [name, component] : world_.components) {
    OfComponent& sums = components_[name];
    sums.level_time += sums.level * step;
    sums.off_time += sums.off * step;
    if (sums.level <= 0) sums.down_time += step;
    if (sums.off <= 0) sums.all_on_time += step;
    if (sums.is_split) sums.split_time += step;
    sums.is_split = component->is_split();
    sums.level = component->level();
    sums.off = static_cast<double>(component->members().size() - component->count_on());
    sums.lowest = std::min(sums.lowest, sums.level);
    sums.most_off = std::max(sums.most_off, sums.off);
  }
  for (PlaceId id = 0; id < world_.places.all().size(); ++id) {
    double& most = racks_off_[world_.places[id].path];
    const Places::Count racks = world_.places.count(id);
    most = std::max(most, static_cast<double>(racks.all - racks.on));
  }
}

}  // namespace chokepoint::sim
