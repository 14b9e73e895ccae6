#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string pool(std::string_view policy, std::string_view faults) {
  return fmt::format(R"(
scenario: pool-test
horizon: 2h
places: {{hall: {{racks: 4}}}}
components:
  host: {{service: {{replicas: 1, at: hall}}}}
  nodes:
    pool:
      {}
      providers: {{one: {{client: alpha}}, two: {{client: alpha}}, three: {{client: beta, component: host}}}}
  keepers: {{authority: {{threshold: 1, signers: {{program: {{reads: nodes}}}}}}}}
  treasury: {{vault: {{assets: 100MUSD, authority: keepers}}}}
capabilities: {{view: {{needs: [nodes]}}}}
users: {{all: {{rate: 1/s, uses: {{view: 100%}}}}}}
faults:
  {}
)",
                     policy, faults);
}

double outage(const v1::RunRecord& record) {
  return *measure(record, "capability", "view", "outage");
}

double lost(const v1::RunRecord& record) {
  return *measure(record, "component", "treasury", "funds_lost");
}

TEST(Pool, AnswersWhileEnoughOfItsProvidersDo) {
  const auto record = simulate(
      pool("agree: 2", "flood: {at: 10min, providers_down: {component: nodes, providers: [one]}}"));

  EXPECT_DOUBLE_EQ(outage(record), 0);
}

TEST(Pool, IsSilentWhenFewerCanBeReachedThanMustAgree) {
  const auto record = simulate(pool("agree: 2",
                                    "flood: {at: 10min, duration: 30min, "
                                    "providers_down: {component: nodes, providers: [one, two]}}"));

  EXPECT_DOUBLE_EQ(outage(record), 30 * 60);
}

TEST(Pool, MakesDoWithTheRestWhenItFailsOpen) {
  const auto record = simulate(pool("agree: 2\n      fails_open: true",
                                    "flood: {at: 10min, duration: 30min, "
                                    "providers_down: {component: nodes, providers: [one, two]}}"));

  EXPECT_DOUBLE_EQ(outage(record), 0);
}

TEST(Pool, LosesAProviderWithTheComponentThatItIs) {
  const auto record =
      simulate(pool("agree: 3", "heat: {at: 10min, duration: 20min, place_loss: {place: hall}}"));

  EXPECT_NEAR(outage(record), 20 * 60, 120);  // and the host's start
}

TEST(Pool, CountsThoseThatAnswerAtTheWorstMoment) {
  const auto record = simulate(pool(
      "agree: 1",
      "one: {at: 10min, duration: 30min, providers_down: {component: nodes, providers: [one]}}\n"
      "  heat: {at: 20min, duration: 5min, place_loss: {place: hall}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "nodes", "fewest_answering"), 1);
}

TEST(Pool, SharesTheBugsOfItsClients) {
  const auto record =
      simulate(pool("agree: 2", "bug: {at: 10min, duration: 30min, client_bug: {client: alpha}}"));

  EXPECT_DOUBLE_EQ(outage(record), 30 * 60);
}

TEST(Pool, IsNotDeceivedByAMinorityOfLiars) {
  const auto record =
      simulate(pool("agree: 2",
                    "lie: {at: 10min, providers_lie: {component: nodes, providers: [one]}}\n"
                    "  forged: {at: 20min, theft: {component: treasury, calls: [{after: 0s}]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 0);
  EXPECT_DOUBLE_EQ(outage(record), 0);
}

TEST(Pool, DeceivesItsReadersWhenEnoughProvidersLieAlike) {
  const auto record =
      simulate(pool("agree: 2",
                    "lie: {at: 10min, providers_lie: {component: nodes, providers: [one, two]}}\n"
                    "  forged: {at: 20min, theft: {component: treasury, calls: [{after: 0s}]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
  EXPECT_GT(outage(record), 0);  // a false answer is no answer
}

TEST(Pool, HidesALieFromAllButTheReaderThatItIsFor) {
  const auto record =
      simulate(pool("agree: 2",
                    "lie: {at: 10min, providers_lie: {component: nodes, providers: [one, two], to: "
                    "keepers}}\n"
                    "  forged: {at: 20min, theft: {component: treasury, calls: [{after: 0s}]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
  EXPECT_DOUBLE_EQ(outage(record), 0);
}

TEST(Pool, IsSilentWhenTruthAndLieAreBothAgreedOn) {
  const auto record = simulate(
      pool("agree: 1",
           "lie: {at: 10min, duration: 30min, providers_lie: {component: nodes, providers: "
           "[one]}}\n"
           "  forged: {at: 20min, theft: {component: treasury, calls: [{after: 0s}]}}"));

  EXPECT_DOUBLE_EQ(outage(record), 30 * 60);
  EXPECT_DOUBLE_EQ(lost(record), 0);
}

TEST(Pool, TellsTheTruthAgainOnceTheLieIsReverted) {
  const auto record =
      simulate(pool("agree: 2",
                    "lie: {at: 10min, duration: 5min, providers_lie: {component: nodes}}\n"
                    "  forged: {at: 20min, theft: {component: treasury, calls: [{after: 0s}]}}"));

  EXPECT_DOUBLE_EQ(outage(record), 5 * 60);
  EXPECT_DOUBLE_EQ(lost(record), 0);
}

}  // namespace
}  // namespace chokepoint::sim
