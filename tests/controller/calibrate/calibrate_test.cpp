#include "controller/calibrate/calibrate.h"

#include <gmock/gmock.h>

#include <map>

#include "controller/calibrate/new_design.h"
#include "scenarios/base/quantity.h"
#include "tests/controller/compare/game_day_record.h"

namespace chokepoint::controller {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// A model in which trade is down for `repair` and up to 2 s more, by luck, once the fault is there;
// in the second design twice as long. `paint` changes nothing.
std::vector<Runs> runs_of(double repair) {
  std::vector<Runs> designs(2);
  for (int seed = 0; seed < 5; ++seed) {
    const double luck = 2.0 * seed / 4;
    designs[0].push_back(run_with(repair + luck));
    designs[1].push_back(run_with(2 * (repair + luck)));
    for (Runs& runs : designs) {
      v1::Verdict& verdict = *runs.back().add_verdicts();
      verdict.set_name("comes-back-soon");
      verdict.set_held(runs.back().measures(0).value() < 8);
    }
  }
  return designs;
}

Calibrating calibrating(std::vector<v1::RunRecord> records, std::vector<std::size_t> designs) {
  return {
      .parameters = {{.path = "repair", .range = {.unit = v1::UNIT_DURATION, .from = 1, .to = 9}},
                     {.path = "paint", .range = {.unit = v1::UNIT_RATIO, .from = 0, .to = 1}}},
      .before = {1.0, std::nullopt},
      .records = std::move(records),
      .designs = std::move(designs),
      .simulate =
          [](const std::vector<std::string>& changes) -> Result<std::optional<std::vector<Runs>>> {
        double repair = 1;
        for (const std::string& change : changes) {
          const std::size_t equals = change.find('=');
          if (change.starts_with("repair")) {
            repair = parse_quantity(change.substr(equals + 1), v1::UNIT_DURATION)->value;
          }
        }
        return std::optional(runs_of(repair));
      },
      .progress = [](std::size_t, double) {}};
}

TEST(Calibrate, FindsTheValueThatWasThere) {
  const auto found = calibrate(calibrating({as_game_day(run_with(6))}, {0}));

  ASSERT_TRUE(found);
  const v1::FittedParameter& repair = found->calibration.parameters(0);
  EXPECT_NEAR(repair.best(), 5, 0.7) << "and a second by luck, as in the median run";
  EXPECT_LE(repair.fits_from(), 5);
  EXPECT_GE(repair.fits_to(), 5);
  EXPECT_TRUE(repair.is_identifiable());
  EXPECT_GT(repair.fits_from(), 3);
  EXPECT_LT(repair.fits_to(), 7);
  EXPECT_EQ(repair.before(), 1);
  EXPECT_LT(found->calibration.score_after(), found->calibration.score_before() / 3);
  EXPECT_TRUE(found->calibration.after(0).is_inside());
}

TEST(Calibrate, SaysWhatItCannotTell) {
  const auto found = calibrate(calibrating({as_game_day(run_with(6))}, {0}));

  ASSERT_TRUE(found);
  const v1::FittedParameter& paint = found->calibration.parameters(1);
  EXPECT_FALSE(paint.is_identifiable());
  EXPECT_EQ(paint.fits_from(), 0);
  EXPECT_EQ(paint.fits_to(), 1);
}

TEST(Calibrate, TakesSeveralGameDaysOfSeveralDesigns) {
  const auto one = calibrate(calibrating({as_game_day(run_with(6))}, {0}));
  const auto two =
      calibrate(calibrating({as_game_day(run_with(6)), as_game_day(run_with(12))}, {0, 1}));

  ASSERT_TRUE(one && two);
  EXPECT_NEAR(two->calibration.parameters(0).best(), 5, 0.7);
  EXPECT_EQ(two->calibration.after_size(), 2);
  EXPECT_LT(two->calibration.parameters(0).fits_to() - two->calibration.parameters(0).fits_from(),
            one->calibration.parameters(0).fits_to() - one->calibration.parameters(0).fits_from())
      << "more days tell more";
}

TEST(Calibrate, IsTheSameEveryTime) {
  const auto first = calibrate(calibrating({as_game_day(run_with(6))}, {0}));
  const auto second = calibrate(calibrating({as_game_day(run_with(6))}, {0}));

  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->calibration.SerializeAsString(), second->calibration.SerializeAsString());
}

TEST(Calibrate, IsOutsideWhereNoValueHelps) {
  const auto found = calibrate(calibrating({as_game_day(run_with(6, 20))}, {0}));

  ASSERT_TRUE(found);
  EXPECT_FALSE(found->calibration.after(0).is_inside());
}

TEST(Calibrate, SaysSoWhenNoValuesMakeAScenario) {
  Calibrating nothing = calibrating({as_game_day(run_with(6))}, {0});
  nothing.simulate =
      [](const std::vector<std::string>& changes) -> Result<std::optional<std::vector<Runs>>> {
    if (changes.empty()) return std::optional(runs_of(1));
    return std::optional<std::vector<Runs>>();
  };

  const auto found = calibrate(nothing);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("no values in these ranges make a scenario"));
}

TEST(Calibrate, MakesADesignOfWhatItFound) {
  const Calibrating given = calibrating({as_game_day(run_with(6))}, {0});
  const auto found = calibrate(given);
  ASSERT_TRUE(found);

  const NewVariant variant = variant_of({.calibrated = *found,
                                         .calibrating = given,
                                         .name = "as-seen",
                                         .of = "",
                                         .runs = found->runs[0]});

  EXPECT_EQ(variant.name, "as-seen");
  EXPECT_THAT(variant.changes, Contains(HasSubstr("repair=")));
  EXPECT_THAT(variant.changes, Contains("expect.comes-back-soon.basis=calibrated"));
  EXPECT_THAT(variant.changes, Contains(HasSubstr("basis: calibrated, source: \"gd-1\"")));
  EXPECT_THAT(variant.comment, Contains("Calibrated on gd-1 (base)."));
  EXPECT_THAT(variant.comment, Contains(HasSubstr("paint: not identifiable")));
}

TEST(Calibrate, LeavesOutExpectationsThatDoNotHoldAnyMoreAndSaysSo) {
  const Calibrating given = calibrating({as_game_day(run_with(9))}, {0});
  const auto found = calibrate(given);
  ASSERT_TRUE(found);

  const NewVariant variant = variant_of({.calibrated = *found,
                                         .calibrating = given,
                                         .name = "as-seen",
                                         .of = "",
                                         .runs = found->runs[0]});

  EXPECT_THAT(variant.changes, Contains("expect.comes-back-soon=null"));
  EXPECT_THAT(variant.comment, Contains(HasSubstr("Left out: 'comes-back-soon'")));
}

}  // namespace
}  // namespace chokepoint::controller
