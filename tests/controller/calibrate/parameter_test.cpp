#include "controller/calibrate/parameter.h"

#include <gmock/gmock.h>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;

TEST(Parameter, IsAPathAndARange) {
  const Result<FreeParameter> parameter = parse_parameter("components.db.boot=500ms..6s");

  ASSERT_TRUE(parameter);
  EXPECT_EQ(parameter->path, "components.db.boot");
  EXPECT_EQ(parameter->range.unit, v1::UNIT_DURATION);
  EXPECT_EQ(parameter->range.from, 0.5);
  EXPECT_EQ(parameter->range.to, 6);
}

TEST(Parameter, SaysWhatIsWrongWithIt) {
  for (const char* text : {"components.db.boot", "=1s..2s", "a=1s", "a=1s..3", "a=2s..1s",
                           "a=1s..1s", "a=x..1s", "a=1s..x"}) {
    const Result<FreeParameter> parameter = parse_parameter(text);
    ASSERT_FALSE(parameter) << text;
    EXPECT_THAT(parameter.error().message, HasSubstr("--free: '")) << text;
  }
}

TEST(Parameter, FindsWhatTheScenarioHas) {
  v1::Scenario scenario = loaded(shop());
  scenario.mutable_components()
      ->
      operator[]("book")
      .mutable_quorum()
      ->mutable_election_timeout()
      ->mutable_uniform()
      ->set_to(2);
  scenario.mutable_components()->operator[]("book").mutable_quorum()->mutable_boot()->set_fixed(7);

  EXPECT_EQ(number_at(scenario, "horizon"), scenario.horizon());
  EXPECT_EQ(number_at(scenario, "components.book.quorum.election_timeout.uniform.to"), 2);
  EXPECT_EQ(number_at(scenario, "components.book.quorum.boot"), 7);
  EXPECT_EQ(number_at(scenario, "components.book.quorum.election_timeout.lognormal.median"),
            std::nullopt);
  EXPECT_EQ(number_at(scenario, "components.nobody.quorum.boot"), std::nullopt);
  EXPECT_EQ(number_at(scenario, "components"), std::nullopt);
}

}  // namespace
}  // namespace chokepoint::controller
