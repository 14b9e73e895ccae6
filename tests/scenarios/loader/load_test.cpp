#include "scenarios/loader/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(LoadScenario, GivesTheMessageItsDigestAndTheNamesOfTheVariants) {
  const LoadResult result =
      load_scenario_text(shop("variants: {small: {horizon: 1h}, large: {horizon: 3h}}"), "shop");

  EXPECT_THAT(result.errors, IsEmpty());
  EXPECT_EQ(result.scenario.scenario(), "shop");
  EXPECT_EQ(result.digest.size(), 16U);
  EXPECT_THAT(result.variants, ElementsAre("large", "small"));
  EXPECT_TRUE(result.scenario.variants().empty());
}

TEST(LoadScenario, GivesNothingButErrorsWhenSomethingIsWrong) {
  const LoadResult result = load_scenario_text(shop("users: 5"), "shop");

  EXPECT_THAT(result.errors, SizeIs(1));
  EXPECT_EQ(result.scenario.scenario(), "");
  EXPECT_EQ(result.digest, "");
}

TEST(LoadScenario, ReadsAFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "chokepoint_load_test.yaml";
  std::ofstream(path) << shop();

  const LoadResult result = load_scenario(path);

  EXPECT_THAT(result.errors, IsEmpty());
  std::filesystem::remove(path);
}

TEST(LoadScenario, SaysThatAFileIsNotThere) {
  const LoadResult result = load_scenario("/nowhere/shop.yaml");

  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_EQ(result.errors[0].code, Code::not_found);
  EXPECT_EQ(format_errors(result.errors), "/nowhere/shop.yaml: error: no such file\n");
}

TEST(LoadScenario, SaysThatAFolderIsNoFile) {
  const LoadResult result = load_scenario("/");

  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_EQ(result.errors[0].code, Code::unavailable);
}

TEST(LoadScenario, SaysThatThereIsNoSuchVariant) {
  const LoadResult result = load_scenario_text(shop(), "shop", {.variant = "large"});

  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_EQ(result.errors[0].code, Code::not_found);
  EXPECT_THAT(result.errors[0].hint, HasSubstr("no variants"));
}

TEST(LoadScenario, TakesJson) {
  const v1::Scenario scenario = loaded(
      R"({"scenario": "shop", "horizon": "2h", "places": {"z": {}},
          "components": {"web": {"service": {"replicas": 2, "at": ["z"]}}}})");

  EXPECT_EQ(scenario.components().at("web").service().replicas(), 2U);
}

TEST(LoadScenario, PassesOverAByteOrderMark) {
  EXPECT_EQ(loaded("\xEF\xBB\xBF" + shop()).scenario(), "shop");
}

TEST(LoadScenario, CountsLinesThatEndAsOnWindows) {
  EXPECT_THAT(errors_of("scenario: shop\r\nhorizon: 5\r\n"), HasSubstr("test.yaml:2:10: error"));
}

TEST(LoadScenario, ReportsTheFirstTwentyMistakesInOrderOfPosition) {
  std::string text = "scenario: shop\nhorizon: 2h\nplaces: {z: {}}\ncomponents:\n";
  for (int i = 100; i < 130; ++i) {
    text += "  web-" + std::to_string(i) + ": {service: {replicas: 0, at: nowhere}}\n";
  }

  const LoadResult result = load_scenario_text(text, "shop");

  ASSERT_THAT(result.errors, SizeIs(kMaxErrors));
  for (std::size_t i = 0; i < kMaxErrors; ++i) {
    EXPECT_EQ(result.errors[i].where->line, 5 + static_cast<int>(i) / 2);
  }
}

TEST(LoadScenario, ReportsNothingThatOnlyFollowsFromAnotherMistake) {
  const std::string errors = errors_of(
      "scenario: shop\nhorizon: 2h\nplaces: [zone-a]\n"
      "components: {db: {quorum: {members: three, votes: 9, at: zone-a}}}\n");

  EXPECT_EQ(errors,
            "test.yaml:3:9: error: places: expected a mapping of names\n"
            "    3 | places: [zone-a]\n"
            "      |         ^\n"
            "   hint: each entry is a name, a colon and what it stands for\n"
            "test.yaml:4:37: error: members: 'three' is not a whole number\n"
            "    4 | components: {db: {quorum: {members: three, votes: 9, at: zone-a}}}\n"
            "      |                                     ^^^^^\n"
            "   hint: for example 5\n");
}

}  // namespace
}  // namespace chokepoint
