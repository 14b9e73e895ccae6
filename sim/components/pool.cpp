#include "sim/components/pool.h"

#include <algorithm>

#include "sim/world/world.h"

namespace chokepoint::sim {

Pool::Pool(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), pool_(spec.pool()) {
  for (const auto& entry : pool_.providers()) {
    providers_[entry.first] = {.spec = &pool_.providers().at(entry.first)};
  }
  fewest_answering_ = static_cast<double>(providers_.size());
}

bool Pool::answers(const Provider& provider) const {
  if (!provider.stopped_by.empty()) return false;
  const std::string& component = provider.spec->component();
  return component.empty() || world_.component(component).level() > 0;
}

double Pool::answering() const {
  return static_cast<double>(
      std::count_if(providers_.begin(), providers_.end(),
                    [this](const auto& provider) { return answers(provider.second); }));
}

void Pool::react() { fewest_answering_ = std::min(fewest_answering_, answering()); }

std::vector<Component::OwnMeasure> Pool::own_measures() const {
  return {{"fewest_answering", fewest_answering_}};
}

Pool::Answer Pool::answer(const std::string& reader) const {
  std::uint32_t honest = 0;
  std::uint32_t lying = 0;
  for (const auto& [name, provider] : providers_) {
    if (!answers(provider)) continue;
    const bool lies =
        std::any_of(provider.lies_to.begin(), provider.lies_to.end(),
                    [&](const auto& lie) { return lie.second.empty() || lie.second == reader; });
    (lies ? lying : honest) += 1;
  }
  const std::uint32_t reachable = honest + lying;
  if (reachable == 0) return Answer::none;
  if (reachable < pool_.agree() && !pool_.fails_open()) return Answer::none;
  const std::uint32_t enough = std::min(pool_.agree(), reachable);
  const bool is_true = honest >= enough;
  const bool is_false = lying >= enough;
  if (is_true == is_false) return Answer::none;
  return is_true ? Answer::truth : Answer::lie;
}

bool Pool::is_in(v1::State state) const {
  if (state != v1::STATE_DECEIVED) return false;
  std::set<std::string> readers = {""};
  for (const auto& [name, provider] : providers_) {
    for (const auto& [fault, reader] : provider.lies_to) readers.insert(reader);
  }
  return std::any_of(readers.begin(), readers.end(),
                     [this](const std::string& reader) { return answer(reader) == Answer::lie; });
}

std::string Pool::lane_state() const {
  return is_in(v1::STATE_DECEIVED) ? "deceived" : state_name();
}

Pool::Names Pool::all_or(const Names& providers) const {
  if (!providers.empty()) return providers;
  Names all;
  for (const auto& entry : providers_) all.push_back(entry.first);
  return all;
}

void Pool::stop_providers(const Names& providers, const std::string& fault) {
  blame(fault);
  for (const std::string& each : all_or(providers)) {
    if (!providers_.at(each).stopped_by.insert(fault).second) continue;
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_STOP, name() + "/" + each, fault, 1);
  }
}

void Pool::start_providers(const Names& providers, const std::string& fault) {
  for (const std::string& each : all_or(providers)) {
    if (providers_.at(each).stopped_by.erase(fault) == 0) continue;
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_START, name() + "/" + each, fault, 0);
  }
}

void Pool::corrupt(const Names& providers, const std::string& reader, const std::string& fault) {
  blame(fault);
  for (const std::string& each : all_or(providers)) {
    providers_.at(each).lies_to[fault] = reader;
    world_.recorder.inject(v1::PRIMITIVE_ANSWERS_ALTERED, name() + "/" + each, fault, 1, reader);
  }
}

void Pool::cure(const Names& providers, const std::string& reader, const std::string& fault) {
  for (const std::string& each : all_or(providers)) {
    if (providers_.at(each).lies_to.erase(fault) == 0) continue;
    world_.recorder.inject(v1::PRIMITIVE_ANSWERS_ALTERED, name() + "/" + each, fault, 0, reader);
  }
}

// A share of a single provider means nothing: it runs the client or it does not.
void Pool::stop_client(const std::string& client, double /*share*/, const std::string& fault) {
  for (const auto& [each, provider] : providers_) {
    if (provider.spec->client() == client) stop_providers({each}, fault);
  }
}

void Pool::start_client(const std::string& client, const std::string& fault) {
  for (const auto& [each, provider] : providers_) {
    if (provider.spec->client() == client) start_providers({each}, fault);
  }
}

}  // namespace chokepoint::sim
