#include <fmt/format.h>

#include "scenarios/base/quantity.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

std::string degrees(double value) { return format_quantity(value, v1::UNIT_TEMPERATURE); }

// The middle of the law.
double middle_of(const v1::DrawnTemperature& trip) {
  return trip.has_normal() ? trip.normal().mean() : trip.fixed();
}

void check_cooling(const Validation& v, const v1::Cooling& cooling, const Path& path) {
  if (cooling.trip().law_case() == v1::DrawnTemperature::LAW_NOT_SET) return;
  const double trip = middle_of(cooling.trip());
  if (trip <= cooling.normal()) {
    return v.refuse(path, {"trip", "normal"},
                    {fmt::format("racks that trip at {} are off already at the normal {}",
                                 degrees(trip), degrees(cooling.normal()))});
  }
  if (cooling.restart_below() <= cooling.normal()) {
    v.refuse(path, {"restart_below", "normal"},
             {fmt::format("no rack ever restarts: the room gets no colder than its normal {}",
                          degrees(cooling.normal())),
              fmt::format("'restart_below' must be above {}", degrees(cooling.normal()))});
  } else if (cooling.restart_below() > trip) {
    v.refuse(path, {"restart_below", "trip"},
             {fmt::format("racks that restart below {} trip again at {}",
                          degrees(cooling.restart_below()), degrees(trip))});
  }
}

}  // namespace

void validate_places(const Validation& v) {
  const Path places = v.root().field("places");
  for (const auto& [name, place] : v.scenario().places()) {
    const Path path = places.field(name);
    if (place.has_cooling()) check_cooling(v, place.cooling(), path.field("cooling"));
  }
}

}  // namespace chokepoint
