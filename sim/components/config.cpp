#include "sim/components/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "scenarios/base/assert.h"
#include "scenarios/base/sorted.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr int kReaderWaves = 20;  // in which readers get a version, over the time that it takes

// Shares are sums of doubles; all is all, and nothing is nothing.
double rounded(double share) {
  constexpr double kRounding = 1e-9;
  return share > 1 - kRounding ? 1 : share < kRounding ? 0 : share;
}

}  // namespace

Config::Config(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec),
      config_(spec.config()),
      replicas_(world.streams.stream(name, "replica that writes")),
      published_(config_.entries()),
      last_good_(config_.entries()) {
  for (const std::string& reader : sorted_names(config_.readers())) {
    readers_.push_back({.name = reader, .spec = &config_.readers().at(reader)});
  }
  const double canary = config_.has_canary() ? config_.canary().share() : 0;
  const auto add = [this](double share, double delay) {
    waves_.push_back({.share = share,
                      .delay = delay,
                      .entries = config_.entries(),
                      .serves_from = std::vector<double>(readers_.size(), 0.0)});
  };
  if (canary > 0) add(canary, 0);
  for (int wave = 1; wave <= kReaderWaves; ++wave) {
    add((1 - canary) / kReaderWaves, static_cast<double>(wave) / kReaderWaves);
  }
}

bool Config::fits(const v1::Reader& reader, std::uint32_t entries) const {
  return !reader.has_limit() || entries <= reader.limit();
}

bool Config::fits_all(std::uint32_t entries) const {
  return std::all_of(readers_.begin(), readers_.end(),
                     [&](const Reader& reader) { return fits(*reader.spec, entries); });
}

double Config::serving(std::size_t reader) const {
  double share = 0;
  for (const Wave& wave : waves_) {
    if (wave.serves_from[reader] <= world_.now()) share += wave.share;
  }
  return rounded(share);
}

double Config::own_level() const {
  double share = 0;
  for (std::size_t index = 0; index < readers_.size(); ++index) {
    share += serving(index) * readers_[index].spec->share();
  }
  return rounded(share);
}

double Config::own_level_of(const std::string& part) const {
  const auto found = std::find_if(readers_.begin(), readers_.end(),
                                  [&](const Reader& reader) { return reader.name == part; });
  CHOKEPOINT_ASSERT(found != readers_.end(), "the loader lets only readers pass that there are");
  return serving(static_cast<std::size_t>(found - readers_.begin()));
}

double Config::defaulted() const {
  double share = 0;
  for (const Wave& wave : waves_) {
    for (const Reader& reader : readers_) {
      if (reader.spec->past_limit() == v1::PAST_LIMIT_DEFAULT_ANSWER &&
          !fits(*reader.spec, wave.entries)) {
        share += wave.share * reader.spec->share();
      }
    }
  }
  return share;
}

std::string Config::lane_state() const {
  if (own_level() < 1) return state_name();
  return defaulted() > 0 ? "default answers" : state_name();
}

void Config::start() {
  world_.kernel.spawn(name() + "/generator", [this] { generate(); });
}

void Config::generate() {
  for (std::uint64_t number = 1;; ++number) {
    world_.kernel.sleep_until(static_cast<double>(number) * config_.period());
    if (is_stopped_ || is_stalled()) continue;
    const std::uint32_t entries = write_version();
    if (config_.has_validated_up_to() && entries > config_.validated_up_to()) {
      ++refused_;
      world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                            fmt::format("version of {} entries refused by validation", entries),
                            cause());
      continue;
    }
    if (entries != published_) publish(entries);
  }
}

// A replica drawn at random writes it, with or without the change. One draw for each version, so
// that a change does not shift the luck of the next.
std::uint32_t Config::write_version() {
  const double draw = replicas_.uniform();
  if (!change_) return config_.entries();
  const double changed =
      change_->rollout > 0 ? (world_.now() - change_->since) / change_->rollout : 1;
  if (draw >= changed) return config_.entries();
  blame(change_->fault);
  return change_->entries;
}

void Config::publish(std::uint32_t entries) {
  published_ = entries;
  if (fits_all(entries)) last_good_ = entries;
  oversized_ += fits_all(entries) ? 0 : 1;
  world_.recorder.inject(v1::PRIMITIVE_CONFIG_PUSH, name(), change_ ? change_->fault : "", entries);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("version of {} entries goes out", entries), cause());
  if (!config_.has_canary()) {
    push(0, waves_.size(), entries);
    return;
  }
  push(0, 1, entries);
  world_.agenda.at(world_.now() + config_.canary().watch(), [this, entries, number = pushes_] {
    if (number != pushes_) return;  // another version is on its way
    if (fits_all(entries)) {
      push(1, waves_.size(), entries);
      return;
    }
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                          fmt::format("version of {} entries taken back by its canary", entries),
                          cause());
    published_ = last_good_;
    push(0, 1, last_good_);
  });
}

// Gives the version to these waves; seconds until the last of them has it.
double Config::push(std::size_t first, std::size_t last, std::uint32_t entries) {
  ++pushes_;
  const double takes = stream_.duration(config_.propagation());
  for (std::size_t index = first; index < last; ++index) {
    world_.agenda.at(world_.now() + waves_[index].delay * takes,
                     [this, index, entries, number = pushes_] {
                       if (waves_[index].push > number) return;
                       receive(waves_[index], entries, number);
                       world_.settle();
                     });
  }
  return takes;
}

void Config::receive(Wave& wave, std::uint32_t entries, std::uint32_t number) {
  count_defaults();
  for (std::size_t index = 0; index < readers_.size(); ++index) {
    const v1::Reader& reader = *readers_[index].spec;
    if (reader.past_limit() != v1::PAST_LIMIT_CRASH) continue;
    if (!fits(reader, entries)) {
      wave.serves_from[index] = kNever;
    } else if (wave.serves_from[index] == kNever) {
      const double from = world_.now() + stream_.duration(reader.restart());
      wave.serves_from[index] = from;
      if (from > world_.now()) world_.agenda.at(from, [this] { world_.settle(); });
    }
  }
  wave.entries = entries;
  wave.push = number;
}

void Config::count_defaults() {
  default_time_ += defaulted() * (world_.now() - default_since_);
  default_since_ = world_.now();
}

void Config::change(std::uint32_t entries, double rollout, const std::string& fault) {
  change_ = {.entries = entries, .rollout = rollout, .since = world_.now(), .fault = fault};
}

void Config::take_back_change() { change_.reset(); }

void Config::publish_last_good() {
  is_stopped_ = true;
  if (published_ != last_good_) {
    world_.recorder.inject(v1::PRIMITIVE_CONFIG_PUSH, name(), "", last_good_);
  }
  published_ = last_good_;
  world_.recorder.event(
      v1::EVENT_KIND_COMPONENT, name(),
      fmt::format("generator stopped, version of {} entries goes out by hand", last_good_), "");
  world_.kernel.sleep_until(world_.now() + push(0, waves_.size(), last_good_));
}

std::vector<Component::OwnMeasure> Config::own_measures() const {
  const double open = defaulted() * (world_.now() - default_since_);
  return {{"oversized_versions", oversized_},
          {"refused_versions", refused_},
          {"default_answers", (default_time_ + open) / world_.scenario.horizon()}};
}

}  // namespace chokepoint::sim
