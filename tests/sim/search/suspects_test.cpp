#include "sim/search/suspects.h"

#include <gmock/gmock.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

using ::testing::ElementsAre;

constexpr const char* kShop = R"(scenario: shop
horizon: 1h
places: {eu/a/hall: {}, eu/b: {}}
components:
  web: {service: {replicas: 2, at: [eu/a/hall, eu/b], boot: 0s}}
  log: {log: {brokers: 3, partitions: 6, replication: 3, at: [eu/b], control_plane: {election: 5s}}}
capabilities: {buy: {needs: [web]}}
faults:
  crash: {at: 10min, duration: 1min, crash: {component: web}}
  latent: {when: {component: web, below: 100%}, crash: {component: log}}
operators:
  team: {watches: {capability: buy, is: down}, runbook: {undo: {takes: 1h, revert: {fault: crash}}}}
expect: {up: {measure: {name: outage, capability: buy, at_most: 1s}, basis: predicted}}
)";

std::vector<std::string> names(const std::vector<v1::Suspect>& suspects) {
  std::vector<std::string> texts;
  for (const v1::Suspect& one : suspects) texts.push_back(one.kind() + " " + one.name());
  return texts;
}

TEST(Suspects, AreFaultsPlacesComponentsAndControlPlanes) {
  EXPECT_THAT(names(suspects_of(load(kShop))),
              ElementsAre("fault crash", "place eu", "place eu/a/hall", "place eu/b",
                          "control plane log", "component log", "component web"))
      << "eu/a holds what eu/a/hall holds";
}

TEST(Suspects, WithinAnotherAreTold) {
  const std::vector<v1::Suspect> all = suspects_of(load(kShop));
  EXPECT_TRUE(is_part_of(all[2], all[1]));
  EXPECT_FALSE(is_part_of(all[1], all[2]));
  EXPECT_FALSE(is_part_of(all[2], all[3]));
}

TEST(Suspects, FailAndNothingElseDoes) {
  const v1::Scenario scenario = load(kShop);
  const std::vector<v1::Suspect> all = suspects_of(scenario);
  const v1::RunRecord record = run(failing(scenario, {all[3]}, 300), {.seed = 1});
  ASSERT_FALSE(record.injections().empty());
  EXPECT_EQ(record.injections(0).at_s(), 300);
  for (const v1::Injection& injection : record.injections()) {
    EXPECT_NE(injection.fault(), "crash");
  }
  EXPECT_EQ(measure(record, "component", "log", "lowest_level"), 0) << "the latent one is there";
  EXPECT_TRUE(record.verdicts().empty());
}

TEST(Suspects, OfTheScenarioFailAsItSays) {
  const v1::Scenario scenario = load(kShop);
  const v1::RunRecord record = run(failing(scenario, {suspects_of(scenario)[0]}, 300), {.seed = 1});
  EXPECT_EQ(measure(record, "capability", "buy", "outage"), 60);
}

}  // namespace
}  // namespace chokepoint::sim
