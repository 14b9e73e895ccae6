#include "sim/world/cooling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kStep = 60;         // seconds: while the cooling changes, or racks wait to restart
constexpr double kCoolWithin = 0.5;  // degrees Celsius
constexpr double kRounding = 1e-9;   // degrees Celsius

}  // namespace

CoolingPlant::CoolingPlant(World& world, PlaceId place)
    : world_(world),
      spec_(world.places[place].spec->cooling()),
      path_(world.places[place].path),
      temperature_(spec_.normal()),
      hottest_(spec_.normal()) {
  for (const RackId rack : world.places.racks_below(place)) {
    int at = static_cast<int>(world.places.rack(rack).place);
    const auto has_plant = [&](int id) {
      const v1::Place* spec = world.places[static_cast<PlaceId>(id)].spec;
      return spec != nullptr && spec->has_cooling();
    };
    while (!has_plant(at)) at = world.places[static_cast<PlaceId>(at)].parent;
    if (static_cast<PlaceId>(at) == place) racks_.push_back(rack);
  }
  Stream draws = world.streams.circumstances(path_, "trip temperature");
  for (std::size_t rack = 0; rack < racks_.size(); ++rack) {
    trips_at_.push_back(draws.temperature(spec_.trip()));
  }
  restart_order_ = racks_;
  Stream order = world.streams.circumstances(path_, "restart order");
  for (std::size_t last = restart_order_.size(); last-- > 1;) {
    std::swap(restart_order_[last], restart_order_[order.below(last + 1)]);
  }
}

void CoolingPlant::start() {
  world_.kernel.spawn(path_ + "/cooling", [this] { work(); });
}

void CoolingPlant::lose(const std::string& fault, const v1::CoolingLoss& loss) {
  integrate();
  losses_[fault] = {.spec = &loss, .since = world_.now()};
  world_.recorder.event(v1::EVENT_KIND_PLACE, path_,
                        fmt::format("cooling lost ({:.0f} %)", 100 * loss.share()), fault);
}

void CoolingPlant::restore(const std::string& fault) {
  integrate();
  losses_.erase(fault);
}

double CoolingPlant::cooling_at(double time) const {
  double left = 1;
  for (const auto& [fault, loss] : losses_) {
    double restored = 0;
    if (loss.spec->has_restored()) {
      const v1::Ramp& ramp = loss.spec->restored();
      const double since = time - loss.since;
      restored = ramp.to() <= ramp.from()
                     ? (since >= ramp.to() ? 1 : 0)
                     : std::clamp((since - ramp.from()) / (ramp.to() - ramp.from()), 0.0, 1.0);
    }
    left -= loss.spec->share() * (1 - restored);
  }
  return std::max(left, 0.0);
}

double CoolingPlant::cooling_left() const { return cooling_at(world_.now()); }

double CoolingPlant::share_of_racks_on() const {
  if (racks_.empty()) return 0;
  const auto on = std::count_if(racks_.begin(), racks_.end(),
                                [this](RackId rack) { return world_.places.rack(rack).is_on(); });
  return static_cast<double>(on) / static_cast<double>(racks_.size());
}

// Exact while the share of racks and the cooling are constant; where the cooling ramps, its mean
// over the (short) step stands for it.
void CoolingPlant::integrate() {
  const double now = world_.now();
  const double step = now - as_of_;
  if (step > 0) {
    const double cooling = (cooling_at(as_of_) + cooling_at(now)) / 2;
    const double slope = spec_.heating() * (racks_on_ - cooling);
    if (spec_.has_settling()) {
      const double settles_at = spec_.normal() + slope * spec_.settling();
      temperature_ = settles_at + (temperature_ - settles_at) * std::exp(-step / spec_.settling());
    } else {
      temperature_ += slope * step;
    }
    temperature_ = std::max(temperature_, spec_.normal());
    hottest_ = std::max(hottest_, temperature_);
  }
  as_of_ = now;
  racks_on_ = share_of_racks_on();
}

double CoolingPlant::temperature() {
  integrate();
  return temperature_;
}

bool CoolingPlant::is_cool() {
  return cooling_left() > 1 - kRounding && temperature() <= spec_.normal() + kCoolWithin;
}

// Seconds until the air reaches a temperature above the present one, if nothing changes.
double CoolingPlant::time_to(double wanted) const {
  const double slope = spec_.heating() * (racks_on_ - cooling_at(as_of_));
  if (!spec_.has_settling()) {
    return slope > 0 ? (wanted - temperature_) / slope : std::numeric_limits<double>::infinity();
  }
  const double settles_at = spec_.normal() + slope * spec_.settling();
  if (settles_at <= wanted) return std::numeric_limits<double>::infinity();
  return spec_.settling() * std::log((settles_at - temperature_) / (settles_at - wanted));
}

bool CoolingPlant::trip_racks() {
  bool has_tripped = false;
  for (std::size_t position = 0; position < racks_.size(); ++position) {
    const RackId rack = racks_[position];
    if (!world_.places.rack(rack).is_on() || temperature_ < trips_at_[position] - kRounding)
      continue;
    const std::string fault = losses_.empty() ? "" : losses_.begin()->first;
    if (tripped_.empty()) {
      world_.recorder.event(v1::EVENT_KIND_PLACE, path_,
                            fmt::format("racks begin to trip at {:.1f} degC", temperature_), fault);
    }
    tripped_[rack] = fault;
    world_.power_off(rack, fault);
    has_tripped = true;
  }
  return has_tripped;
}

bool CoolingPlant::restart_a_rack() {
  if (tripped_.empty() || temperature_ >= spec_.restart_below()) return false;
  const double after = racks_on_ + 1.0 / static_cast<double>(racks_.size());
  if (after > cooling_left() + kRounding) return false;
  const auto next = std::find_if(restart_order_.begin(), restart_order_.end(),
                                 [this](RackId rack) { return tripped_.contains(rack); });
  const std::string fault = tripped_.at(*next);
  tripped_.erase(*next);
  world_.power_on(*next, fault);
  if (tripped_.empty()) {
    world_.recorder.event(v1::EVENT_KIND_PLACE, path_, "every rack that tripped is on again",
                          fault);
  }
  return true;
}

double CoolingPlant::next_look() const {
  double next = std::numeric_limits<double>::infinity();
  for (std::size_t position = 0; position < racks_.size(); ++position) {
    if (!world_.places.rack(racks_[position]).is_on()) continue;
    next = std::min(next, as_of_ + time_to(trips_at_[position]));
  }
  bool is_changing = !tripped_.empty() && cooling_left() > 0;
  for (const auto& [fault, loss] : losses_) {
    if (!loss.spec->has_restored()) continue;
    const double begins = loss.since + loss.spec->restored().from();
    const double ends = loss.since + loss.spec->restored().to();
    if (as_of_ < begins) next = std::min(next, begins);
    if (as_of_ >= begins && as_of_ < ends) is_changing = true;
  }
  if (temperature_ > spec_.normal() && cooling_left() > 0) is_changing = true;
  if (is_changing) next = std::min(next, as_of_ + kStep);
  return next;
}

void CoolingPlant::work() {
  bool was_cool = true;
  while (true) {
    integrate();
    bool has_changed = trip_racks();
    while (restart_a_rack()) {
      has_changed = true;
      integrate();
    }
    const bool cool = is_cool();
    if (cool != was_cool) {
      has_changed = true;
      if (cool) world_.recorder.event(v1::EVENT_KIND_PLACE, path_, "cooling back to normal", "");
    }
    was_cool = cool;
    if (has_changed) world_.settle();
    integrate();
    world_.kernel.wait_change(next_look());
  }
}

}  // namespace chokepoint::sim
