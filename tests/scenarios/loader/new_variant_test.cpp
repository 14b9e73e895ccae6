#include "scenarios/loader/new_variant.h"

#include <gmock/gmock.h>

#include "scenarios/loader/document_writer.h"
#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kVariants = R"(
variants:
  larger: # as asked for
    components: {db: {quorum: {members: 7}}}
    capabilities: {sell: {needs: [web]}}
)";

NewVariant with_boot(const std::string& of = "") {
  return {.name = "seen",
          .of = of,
          .changes = {"components.db.quorum.boot=90s"},
          .comment = {"As seen.", "", "Twice."}};
}

TEST(NewVariant, StandsBehindTheOthersAndKeepsEveryByteOfThem) {
  const std::string before = shop(kVariants);
  const Result<std::string> after = with_variant(before, with_boot());

  ASSERT_TRUE(after) << after.error().message;
  EXPECT_THAT(*after, StartsWith(before));
  EXPECT_EQ(after->substr(before.size()),
            "  # As seen.\n  #\n  # Twice.\n  seen:\n    components:\n"
            "      db: {quorum: {boot: 90s}}\n");
  EXPECT_EQ(loaded(*after, {.variant = "seen"}).components().at("db").quorum().boot().fixed(), 90);
}

TEST(NewVariant, IsACopyOfAnother) {
  const Result<std::string> after = with_variant(shop(kVariants), with_boot("larger"));

  ASSERT_TRUE(after) << after.error().message;
  const v1::Scenario scenario = loaded(*after, {.variant = "seen"});
  EXPECT_EQ(scenario.components().at("db").quorum().members(), 7U);
  EXPECT_EQ(scenario.components().at("db").quorum().boot().fixed(), 90);
  EXPECT_TRUE(scenario.capabilities().contains("sell"));
}

TEST(NewVariant, IsTheFirstWhereThereWasNone) {
  const Result<std::string> after = with_variant(shop(), with_boot());

  ASSERT_TRUE(after) << after.error().message;
  EXPECT_THAT(*after, HasSubstr("\nvariants:\n  # As seen.\n"));
}

TEST(NewVariant, StandsBeforeWhatFollowsTheVariants) {
  const std::string rest = "# Everything below is about money.\nstart: 2026-05-07T23:20:00Z\n";
  const Result<std::string> after = with_variant(shop(kVariants + rest), with_boot());

  ASSERT_TRUE(after) << after.error().message;
  EXPECT_THAT(*after, HasSubstr("{quorum: {boot: 90s}}\n" + rest));
}

TEST(NewVariant, AddsAndTakesAwayEntries) {
  NewVariant variant = with_boot("larger");
  variant.changes = {
      "expect.back={measure: {name: outage, capability: buy, at_most: 1min}, basis: "
      "calibrated, source: \"day: one\"}",
      "capabilities.buy=null", "capabilities.sell=null", "capabilities.look={needs: [web]}"};
  const Result<std::string> after =
      with_variant(shop(kVariants), {.name = "seen", .of = "larger", .changes = variant.changes});

  ASSERT_FALSE(after) << "the expectation is about a capability that is gone";
  variant.changes[1] = "capabilities.buy.needs=[web]";
  const Result<std::string> again = with_variant(shop(kVariants), variant);
  ASSERT_TRUE(again) << again.error().message;
  const v1::Scenario scenario = loaded(*again, {.variant = "seen"});
  EXPECT_FALSE(scenario.capabilities().contains("sell"));
  EXPECT_TRUE(scenario.capabilities().contains("look"));
  EXPECT_EQ(scenario.expect().at("back").source(), "day: one");
}

TEST(NewVariant, CanBePastedFromATextOfItsOwn) {
  const Result<std::string> text = text_of_variant(shop(kVariants), with_boot());

  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, StartsWith("variants:\n  # As seen.\n"));
  EXPECT_EQ(
      loaded(shop() + *text, {.variant = "seen"}).components().at("db").quorum().boot().fixed(),
      90);
}

TEST(NewVariant, RefusesANameThatIsTaken) {
  NewVariant taken = with_boot();
  taken.name = "larger";
  const Result<std::string> after = with_variant(shop(kVariants), taken);

  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().message, HasSubstr("there is a variant 'larger' already"));
}

TEST(NewVariant, RefusesWhatItCannotPutBehind) {
  const Result<std::string> after =
      with_variant(shop("variants: {larger: {horizon: 3h}}\n"), with_boot());

  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().message, HasSubstr("written in braces"));
  EXPECT_FALSE(with_variant(shop(kVariants), with_boot("nobody")));
}

TEST(DocumentWriter, WritesWhatIsReadAgain) {
  const std::string text =
      "a: {b: \"x: y\", c: [1, \"\", {d: null}], e: \"null\", f: \"say \\\"so\\\"\"}\n"
      "g: 40degC\nh: {}\n";
  const Source source("test.yaml", text, 0);
  Problems problems;
  const NodePtr tree = parse_document(source, problems);
  ASSERT_TRUE(tree != nullptr && problems.empty());

  const std::string written = yaml_of(*tree, 0);
  EXPECT_EQ(written, text);
}

}  // namespace
}  // namespace chokepoint
