#include "sim/record/measures.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "scenarios/base/assert.h"
#include "scenarios/base/measures.h"
#include "sim/record/tally.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class Writer {
 public:
  Writer(v1::RunRecord& record, std::string scope) : record_(record), scope_(std::move(scope)) {}

  void add(std::string_view name, const std::string& subject, std::optional<double> value) {
    if (!value) return;
    const MeasureInfo* info = find_measure(scope_, name);
    CHOKEPOINT_ASSERT(info != nullptr, "every measure stands in the list of known measures");
    v1::Measure* measure = record_.add_measures();
    measure->set_name(std::string(name));
    measure->set_scope(scope_);
    measure->set_subject(subject);
    measure->set_value(*value);
    measure->set_unit(info->unit);
  }

 private:
  v1::RunRecord& record_;
  std::string scope_;
};

struct Outages {
  double total = 0;
  double longest = 0;
  double count = 0;
  double degraded = 0;
  std::optional<double> first_from;
  double last_to = 0;
};

Outages outages_of(const v1::RunRecord& record, const std::string& capability) {
  Outages found;
  for (const v1::Interval& interval : record.intervals()) {
    if (interval.scope() != "capability" || interval.subject() != capability) continue;
    const double length = interval.to_s() - interval.from_s();
    if (interval.state() == "degraded") found.degraded += length;
    if (interval.state() != "down") continue;
    found.total += length;
    found.longest = std::max(found.longest, length);
    found.count += 1;
    if (!found.first_from) found.first_from = interval.from_s();
    found.last_to = interval.to_s();
  }
  return found;
}

std::optional<double> first_fault_at(const v1::RunRecord& record) {
  for (const v1::Event& event : record.events()) {
    if (event.kind() == v1::EVENT_KIND_FAULT) return event.at_s();
  }
  return std::nullopt;
}

void add_capabilities(World& world, v1::RunRecord& record) {
  Writer writer(record, "capability");
  const double horizon = world.scenario.horizon();
  const std::optional<double> first_fault = first_fault_at(record);
  for (const auto& [name, capability] : world.capabilities) {
    const Outages outages = outages_of(record, name);
    writer.add("availability", name, 1 - outages.total / horizon);
    writer.add("outage", name, outages.total);
    writer.add("longest_outage", name, outages.longest);
    writer.add("outages", name, outages.count);
    writer.add("degraded", name, outages.degraded);
    if (outages.first_from) {
      if (first_fault && *first_fault <= *outages.first_from) {
        writer.add("onset", name, *outages.first_from - *first_fault);
      }
      const auto noticed = std::find_if(world.noticed_at.begin(), world.noticed_at.end(),
                                        [&](double at) { return at >= *outages.first_from; });
      if (noticed != world.noticed_at.end()) {
        writer.add("detection_time", name, *noticed - *outages.first_from);
      }
      if (outages.last_to < horizon) {
        writer.add("recovery_time", name, outages.last_to - *outages.first_from);
      }
    }
    const Users::Totals users = world.users->of_capability(name);
    if (users.requests <= 0) continue;
    writer.add("requested", name, users.requests);
    writer.add("succeeded", name, users.succeeded);
    writer.add("failed", name, users.failed);
    if (users.succeeded + users.failed > 0) {
      writer.add("success_ratio", name, users.succeeded / (users.succeeded + users.failed));
    }
    if (capability.spec().value() > 0) {
      writer.add("value_lost", name, users.failed * capability.spec().value());
    }
  }
}

void add_users(World& world, v1::RunRecord& record) {
  Writer writer(record, "users");
  std::map<std::string, Users::Totals> sorted;
  for (const auto& entry : world.scenario.users()) {
    sorted[entry.first] = world.users->of_users(entry.first);
  }
  for (const auto& [name, totals] : sorted) {
    writer.add("requested", name, totals.requests);
    writer.add("attempts", name, totals.attempts);
    writer.add("succeeded", name, totals.succeeded);
    writer.add("failed", name, totals.failed);
    if (world.scenario.users().at(name).has_elsewhere()) {
      writer.add("gone_elsewhere", name, world.users->gone(name));
    }
  }
}

void add_components(World& world, const Tally& tally, v1::RunRecord& record) {
  Writer writer(record, "component");
  const double horizon = world.scenario.horizon();
  for (const auto& [name, component] : world.components) {
    const Tally::OfComponent& sums = tally.component(name);
    writer.add("downtime", name, sums.down_time);
    writer.add("mean_level", name, std::min(1.0, sums.level_time / horizon));
    writer.add("lowest_level", name, sums.lowest);
    if (!component->members().empty()) {
      writer.add("members_off_mean", name, sums.off_time / horizon);
      writer.add("members_off_peak", name, sums.most_off);
      writer.add("all_on", name, std::min(1.0, sums.all_on_time / horizon));
    }
    if (component->spec().has_standby()) writer.add("split_brain", name, sums.split_time);
    for (const Component::OwnMeasure& extra : component->extra_measures()) {
      writer.add(extra.name, name, extra.value);
    }
    for (const Component::OwnMeasure& own : component->own_measures()) {
      writer.add(own.name, name, own.value);
    }
    const traffic::StationTotals& station = world.users->of_component(name);
    if (station.arrived <= 0) continue;
    writer.add("arrived", name, station.arrived);
    writer.add("served", name, station.served);
    writer.add("wasted", name, station.wasted);
    writer.add("refused", name, station.refused);
    if (station.served > 0) writer.add("mean_wait", name, station.wait_sum / station.served);
  }
}

bool was_hit(const World& world, const v1::RunRecord& record, PlaceId place) {
  const std::string prefix = world.places[place].path + "/";
  return std::any_of(record.injections().begin(), record.injections().end(),
                     [&](const v1::Injection& injection) {
                       return injection.primitive() == v1::PRIMITIVE_HOST_OFF &&
                              injection.target().starts_with(prefix);
                     });
}

void add_places(World& world, const Tally& tally, v1::RunRecord& record) {
  Writer writer(record, "place");
  std::map<std::string, PlaceId> sorted;
  for (PlaceId id = 0; id < world.places.all().size(); ++id) sorted[world.places[id].path] = id;
  for (const auto& [path, id] : sorted) {
    writer.add("racks_off_peak", path, tally.most_racks_off(path));
    std::optional<double> hottest;
    for (const auto& [plant_path, plant] : world.cooling) {
      if (!world.places.contains(id, world.places.find(plant_path))) continue;
      hottest = std::max(hottest.value_or(plant->hottest()), plant->hottest());
    }
    writer.add("hottest", path, hottest);
    const auto& children = world.places[id].children;
    if (children.empty()) continue;
    const auto hit = std::count_if(children.begin(), children.end(),
                                   [&](PlaceId child) { return was_hit(world, record, child); });
    writer.add("share_hit", path, static_cast<double>(hit) / static_cast<double>(children.size()));
  }
}

}  // namespace

void add_measures(World& world, const Tally& tally, v1::RunRecord& record) {
  add_capabilities(world, record);
  add_users(world, record);
  add_components(world, tally, record);
  add_places(world, tally, record);
}

}  // namespace chokepoint::sim
