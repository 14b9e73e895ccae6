#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The shop with one variant, "v", that holds these lines.
v1::Scenario varied(const std::string& variant, const std::string& more = "") {
  return loaded(shop(more + "variants:\n  v:\n" + variant), {.variant = "v"});
}

TEST(Variant, IsMergedKeyByKey) {
  const v1::Scenario scenario = varied("    components: {db: {quorum: {members: 3}}}\n");

  EXPECT_EQ(scenario.components().at("db").quorum().members(), 3U);
  EXPECT_EQ(scenario.components().at("db").quorum().at_size(), 2);
  EXPECT_EQ(scenario.components().at("web").service().replicas(), 4U);
}

TEST(Variant, LeavesTheBaseAsItIs) {
  const v1::Scenario base =
      loaded(shop("variants: {v: {components: {db: {quorum: {members: 3}}}}}"));

  EXPECT_EQ(base.components().at("db").quorum().members(), 5U);
}

TEST(Variant, ReplacesListsWhole) {
  const v1::Scenario scenario = varied("    components: {web: {service: {at: [zone-b]}}}\n");

  EXPECT_THAT(scenario.components().at("web").service().at(), ElementsAre("zone-b"));
}

TEST(Variant, TakesAwayWithNull) {
  const v1::Scenario scenario =
      varied("    capabilities: {buy: null}\n    components: {web: {service: {calls: ~}}}\n");

  EXPECT_TRUE(scenario.capabilities().empty());
  EXPECT_TRUE(scenario.components().at("web").service().calls().empty());
}

TEST(Variant, AddsEntries) {
  EXPECT_EQ(varied("    places: {zone-c: {racks: 3}}\n").places().at("zone-c").racks(), 3U);
}

TEST(Variant, ReplacesTheKindOfAComponent) {
  const v1::Scenario scenario =
      varied("    components: {db: {service: {replicas: 2, at: zone-a}}}\n");

  EXPECT_TRUE(scenario.components().at("db").has_service());
}

TEST(Variant, ReplacesTheWayInWhichAnExpectationIsBounded) {
  const std::string expect =
      "expect: {stops: {basis: predicted, timing: {event: {capability: buy, is: down}, "
      "value: 10min, tolerance: 1min}}}\n";
  const v1::Scenario scenario = varied("    expect: {stops: {timing: {at_most: 5min}}}\n", expect);

  EXPECT_FALSE(scenario.expect().at("stops").timing().has_value());
  EXPECT_EQ(scenario.expect().at("stops").timing().at_most(), 300);
}

TEST(Variant, ReplacesTheQuestionOfACondition) {
  const std::string expect =
      "expect: {never: {basis: predicted, never: {component: db, is: down}}}\n";
  const v1::Scenario scenario = varied("    expect: {never: {never: {below: 50%}}}\n", expect);

  EXPECT_EQ(scenario.expect().at("never").never().is(), v1::STATE_UNSPECIFIED);
  EXPECT_EQ(scenario.expect().at("never").never().below(), 0.5);
}

TEST(Variant, MergesAMappingWithWhatAShorthandStandsFor) {
  const v1::Scenario scenario =
      varied("    components: {web: {service: {calls: {db: {retry: {backoff: 1s}}}}}}\n");

  EXPECT_EQ(scenario.components().at("web").service().calls().at("db").retry().attempts(), 3U);
  EXPECT_EQ(scenario.components().at("web").service().calls().at("db").retry().backoff(), 1);
}

TEST(Variant, ReplacesAMappingByAShorthand) {
  const v1::Scenario scenario = varied("    components: {db: {quorum: {election_timeout: 1s}}}\n");

  EXPECT_EQ(scenario.components().at("db").quorum().election_timeout().fixed(), 1);
}

TEST(Variant, IsCheckedThoughAnotherIsChosen) {
  const std::string text =
      shop("variants: {good: {horizon: 1h}, bad: {components: {db: {quorum: {votes: 9}}}}}");

  EXPECT_THAT(errors_of(text, {.variant = "good"}), HasSubstr("9 votes can never come together"));
}

TEST(Variant, IsNamedInMistakesThatStandElsewhere) {
  EXPECT_THAT(errors_of(shop("variants: {v: {components: {db: null}}}")),
              HasSubstr("error: unknown component 'db' (in variant 'v')"));
}

TEST(Variant, DoesNotRepeatTheMistakesOfTheBase) {
  const LoadResult result = load_scenario_text(
      shop("users: {u: {rate: 5}}\nvariants: {v: {horizon: 1h}, w: {horizon: 3h}}"), "test.yaml");

  EXPECT_EQ(result.errors.size(), 2U) << format_errors(result.errors);  // the unit, and no uses
}

TEST(Variant, CannotTakeAwayWhatIsNotThere) {
  EXPECT_THAT(errors_of(shop("variants: {v: {components: {dbx: null}}}")),
              HasSubstr("there is no 'dbx' to take away"));
}

TEST(Variant, OfAVariantIsRefused) {
  EXPECT_THAT(errors_of(shop("variants: {v: {variants: {w: {horizon: 1h}}}}")),
              HasSubstr("variants inside a variant"));
}

TEST(Variant, MayBeEmpty) {
  const v1::Scenario scenario = loaded(shop("variants: {v: }"), {.variant = "v"});

  EXPECT_EQ(scenario.SerializeAsString().size(), loaded(shop()).SerializeAsString().size());
}

}  // namespace
}  // namespace chokepoint
