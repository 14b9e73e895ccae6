#include "controller/compare/comparison.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/controller/compare/game_day_record.h"
#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const v1::ComparedMeasure& measure_in(const v1::Comparison& comparison, const char* capability,
                                      const char* name) {
  for (const v1::ComparedCapability& one : comparison.capabilities()) {
    if (one.capability() != capability) continue;
    for (const v1::ComparedMeasure& measure : one.measures()) {
      if (measure.measure() == name) return measure;
    }
  }
  static const v1::ComparedMeasure none;
  return none;
}

TEST(ComparisonWithAGameDay, IsInsideWhereThePredictionWasRight) {
  const v1::Comparison comparison =
      compare_with_game_day(predicted_thirty(), as_game_day(run_with(33)));

  EXPECT_TRUE(comparison.is_whole());
  EXPECT_TRUE(comparison.is_inside());
  EXPECT_EQ(comparison.runs(), 5U);
  EXPECT_EQ(comparison.scale_s(), 30);
  EXPECT_LT(comparison.score(), 0.05);
  EXPECT_EQ(measure_in(comparison, "trade", "outage").observed(), 33);
}

TEST(ComparisonWithAGameDay, SaysHowFarOutsideAndPutsTheLargestSurpriseFirst) {
  const v1::Comparison comparison =
      compare_with_game_day(predicted_thirty(), as_game_day(run_with(31, 12)));

  EXPECT_FALSE(comparison.is_inside());
  EXPECT_EQ(comparison.capabilities(0).capability(), "view");
  EXPECT_EQ(comparison.capabilities(0).measures(0).outside_by(), 12);
  EXPECT_FALSE(measure_in(comparison, "view", "outage").is_inside());
  EXPECT_TRUE(measure_in(comparison, "trade", "outage").is_inside());
  EXPECT_FALSE(measure_in(comparison, "view", "onset").has_predicted());
  EXPECT_EQ(comparison.capabilities(0).observed_down(0).from_s(), 16);
}

TEST(ComparisonWithAGameDay, ScoresWorseTheFurtherOff) {
  double last = -1;
  for (const double outage : {32.0, 36.0, 40.0, 60.0}) {
    const double score = score_against(predicted_thirty(), as_game_day(run_with(outage)));
    EXPECT_GT(score, last) << outage;
    last = score;
  }
}

TEST(ComparisonWithAGameDay, ScoresAWideBandWorseThanANarrowOneThatIsRight) {
  const Prediction wide = prediction_of({run_with(2), run_with(20), run_with(32), run_with(70)});
  const v1::RunRecord day = as_game_day(run_with(32));

  EXPECT_GT(score_against(wide, day), 2 * score_against(predicted_thirty(), day));
}

TEST(ComparisonWithAGameDay, KnowsHowMuchOfAScoreMayBeTheProbes) {
  const double error = score_error_of_probes(as_game_day(run_with(30), 0.6));
  EXPECT_DOUBLE_EQ(score_error_of_probes(as_game_day(run_with(30), 1.2)), 2 * error);
  EXPECT_NEAR(error, std::sqrt(2 * 0.6 * 0.6 / 12) / 2 / 30, 1e-12);
  EXPECT_EQ(score_error_of_probes(as_game_day(run_with(0), 0.6)), 0);
}

TEST(ComparisonWithAGameDay, TellsComponentsApartByWhoNeedsThem) {
  const NeededComponents needed = {{"trade", {"edge", "book"}}, {"view", {"edge"}}};
  const v1::Comparison book =
      compare_with_game_day(predicted_thirty(), as_game_day(run_with(60)), needed);

  ASSERT_EQ(book.components_size(), 2);
  EXPECT_THAT(book.components(0).components(), ElementsAre("book"));
  EXPECT_GT(book.components(0).score(), 0.5);
  EXPECT_THAT(book.components(1).capabilities(), ElementsAre("trade", "view"));
  EXPECT_LT(book.components(1).score(), 0.01);

  const v1::Comparison edge =
      compare_with_game_day(predicted_thirty(), as_game_day(run_with(60, 30)), needed);
  EXPECT_THAT(edge.components(0).components(), ElementsAre("edge"));
}

TEST(ComparisonWithAGameDay, KnowsWhatNeedsWhat) {
  const NeededComponents needed = needed_components(loaded(shop()));

  ASSERT_FALSE(needed.empty());
  for (const auto& [capability, components] : needed) EXPECT_FALSE(components.empty());
}

TEST(ComparisonWithAGameDay, ShowsAnAbortedOneWithoutScores) {
  v1::RunRecord aborted = as_game_day(run_with(12));
  aborted.set_outcome(v1::OUTCOME_ABORTED);

  const v1::Comparison comparison = compare_with_game_day(predicted_thirty(), aborted);

  EXPECT_FALSE(comparison.is_whole());
  EXPECT_FALSE(comparison.is_inside());
  EXPECT_EQ(comparison.score(), 0);
  EXPECT_EQ(measure_in(comparison, "trade", "outage").observed(), 12);
}

std::string refusal(const v1::RunRecord& record) {
  const Status same = check_same_design(predicted_thirty(), record);
  return same ? "" : same.error().message;
}

TEST(SameDesign, IsOneOfScenarioVariantChangesAndContents) {
  EXPECT_EQ(refusal(as_game_day(run_with(1))), "");
  EXPECT_THAT(refusal(run_with(1)), HasSubstr("is no game day's"));
  v1::RunRecord other = as_game_day(run_with(1));
  other.set_scenario("elsewhere");
  EXPECT_THAT(refusal(other), HasSubstr("predicted zone-loss, carried out elsewhere"));
  other = as_game_day(run_with(1));
  other.set_variant("balanced");
  EXPECT_THAT(refusal(other), HasSubstr("variant: predicted base, carried out balanced"));
  other = as_game_day(run_with(1));
  other.add_overrides("horizon=2h");
  EXPECT_THAT(refusal(other), HasSubstr("predicted none, carried out horizon=2h"));
  other = as_game_day(run_with(1));
  other.set_digest("fedcba9876543210");
  EXPECT_THAT(refusal(other), HasSubstr("though of the same name"));
}

}  // namespace
}  // namespace chokepoint::controller
