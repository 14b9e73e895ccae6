#include "scenarios/loader/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using ::testing::ElementsAre;

v1::Scenario with(const std::vector<std::string>& changes, const std::string& more = "") {
  return loaded(shop(more), {.overrides = changes});
}

std::string refusal_of(const std::string& change) {
  const LoadResult result = load_scenario_text(shop(), "test.yaml", {.overrides = {change}});
  EXPECT_EQ(result.errors.size(), 1U);
  return result.errors.empty() ? "" : result.errors[0].message;
}

TEST(Override, SetsAValue) {
  EXPECT_EQ(with({"components.db.quorum.members=3"}).components().at("db").quorum().members(), 3U);
}

TEST(Override, SetsWhatHadItsDefault) { EXPECT_EQ(with({"traffic.tick=1s"}).traffic().tick(), 1); }

TEST(Override, GoesThroughPlacesWithSlashes) {
  const v1::Scenario scenario = loaded(shop("variants: {v: {places: {aws/az-1: {racks: 3}}}}"),
                                       {.variant = "v", .overrides = {"places.aws/az-1.racks=7"}});

  EXPECT_EQ(scenario.places().at("aws/az-1").racks(), 7U);
}

TEST(Override, GoesThroughShorthands) {
  const v1::Scenario scenario = with({"components.web.service.calls.db.retry.attempts=5"});

  EXPECT_EQ(scenario.components().at("web").service().calls().at("db").retry().attempts(), 5U);
}

TEST(Override, TakesListsAndMappings) {
  const v1::Scenario scenario =
      with({"components.web.service.at=[zone-b]",
            "components.db.quorum.election_timeout={uniform: {from: 1s, to: 2s}}"});

  EXPECT_THAT(scenario.components().at("web").service().at(), ElementsAre("zone-b"));
  EXPECT_EQ(scenario.components().at("db").quorum().election_timeout().uniform().to(), 2);
}

TEST(Override, TakesAwayWithNullOrNothing) {
  EXPECT_TRUE(with({"capabilities.buy=null"}).capabilities().empty());
  EXPECT_TRUE(with({"capabilities.buy="}).capabilities().empty());
}

TEST(Override, IsAppliedAfterTheVariantAndInOrder) {
  const v1::Scenario scenario = loaded(shop("variants: {v: {horizon: 3h}}"),
                                       {.variant = "v", .overrides = {"horizon=4h", "horizon=5h"}});

  EXPECT_EQ(scenario.horizon(), 5 * 3600);
}

TEST(Override, MayTakeAwayWhatAnExpectationWouldChange) {
  const LoadResult loaded = load_scenario_text(R"(
scenario: falsified
horizon: 1h
components: {shop: {health_check: {}, service: {replicas: 1, at: z}}}
places: {z: {}}
faults: {stop: {at: 1min, crash: {component: shop}}}
expect:
  down:
    measure: {name: downtime, component: shop, at_least: 1min}
    basis: predicted
    grade: D
    source: "it is stopped"
    falsified_by: [faults.stop=null]
)",
                                               "test.yaml", {.overrides = {"faults.stop=null"}});

  EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
}

TEST(Override, MustLeadSomewhere) {
  EXPECT_EQ(refusal_of("horizn=2h"), "a scenario has no 'horizn' to set");
  EXPECT_EQ(refusal_of("components.dbx.quorum.members=3"), "there is no 'dbx' in 'components'");
  EXPECT_EQ(refusal_of("components.db.quorum.memers=3"), "'quorum' has no 'memers'");
  EXPECT_EQ(refusal_of("horizon.x=3"), "'horizon' has no parts");
  EXPECT_EQ(refusal_of(".=3"), "a scenario has no '' to set");
}

TEST(Override, ThatLeadsNowhereIsNotFound) {
  const LoadResult result = load_scenario_text(shop(), "test.yaml", {.overrides = {"horizn=2h"}});

  EXPECT_EQ(result.errors.at(0).code, Code::not_found);
  EXPECT_EQ(result.errors.at(0).hint, "did you mean 'horizon'?");
}

TEST(Override, ShowsItselfInMistakesOfItsValue) {
  EXPECT_EQ(errors_of(shop(), {.overrides = {"components.db.quorum.votes=2"}}),
            "--set:1:28: error: 2 of 5 votes allow split brain: two halves could decide at once\n"
            "    1 | components.db.quorum.votes=2\n"
            "      |                            ^\n"
            "   hint: a majority is 3\n");
}

TEST(Override, ThatIsNoChangeIsRefused) {
  EXPECT_EQ(refusal_of("horizon"), "'horizon' is not a change");
}

TEST(Override, ChangesTheDigest) {
  const LoadResult base = load_scenario_text(shop(), "test.yaml");
  const LoadResult changed = load_scenario_text(shop(), "test.yaml", {.overrides = {"horizon=3h"}});
  const LoadResult same =
      load_scenario_text(shop(), "test.yaml", {.overrides = {"horizon=120min"}});

  EXPECT_NE(base.digest, changed.digest);
  EXPECT_EQ(base.digest, same.digest);
}

}  // namespace
}  // namespace chokepoint
