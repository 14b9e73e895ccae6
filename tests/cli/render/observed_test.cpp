#include "cli/render/observed.h"

#include <gmock/gmock.h>

#include "cli/render/calibration.h"
#include "controller/compare/comparison.h"
#include "tests/cli/golden.h"
#include "tests/controller/compare/game_day_record.h"

namespace chokepoint::cli {
namespace {

using testing::expect_golden;
using ::testing::HasSubstr;
using ::testing::Not;

const controller::NeededComponents kNeeded = {{"trade", {"edge", "book"}}, {"view", {"edge"}}};

v1::RunRecord wrong_day() {
  v1::RunRecord record = controller::as_game_day(controller::run_with(50, 4));
  record.set_outcome(v1::OUTCOME_DEVIATED);
  record.mutable_game_day()->set_ended("deviated: trade was down for longer");
  v1::Event& event = *record.add_events();
  event.set_at_s(15);
  event.set_kind(v1::EVENT_KIND_FAULT);
  event.set_text("001 on a1: injected, and seen to be");
  return record;
}

std::string page(const v1::RunRecord& record) {
  return observed(
      controller::compare_with_game_day(controller::predicted_thirty(), record, kNeeded), record,
      Colour::never);
}

TEST(Observed, ShowsWhatWasWrongFirstAndWhenAndHowMuch) {
  expect_golden(page(wrong_day()), "observed.txt");
}

TEST(Observed, SaysThatAGameDayWasNotWhole) {
  v1::RunRecord aborted = wrong_day();
  aborted.set_outcome(v1::OUTCOME_ABORTED);
  aborted.mutable_game_day()->set_ended("aborted: lunch");

  EXPECT_THAT(page(aborted), HasSubstr("not a whole game day"));
  EXPECT_THAT(page(aborted), HasSubstr("aborted: lunch"));
  EXPECT_THAT(page(aborted), Not(HasSubstr("Calibration")));
}

TEST(Observed, IsTheSameTextWithColour) {
  const v1::Comparison comparison =
      controller::compare_with_game_day(controller::predicted_thirty(), wrong_day());
  std::string coloured = observed(comparison, wrong_day(), Colour::always);
  for (std::size_t from = coloured.find('\x1b'); from != std::string::npos;
       from = coloured.find('\x1b')) {
    coloured.erase(from, coloured.find('m', from) - from + 1);
  }
  EXPECT_EQ(coloured, observed(comparison, wrong_day(), Colour::never));
}

TEST(CalibrationPage, SaysWhatFitsAndWhatCannotBeTold) {
  v1::Calibration found;
  found.set_scenario("zone-loss");
  found.set_candidates(40);
  found.set_seeds(10);
  found.set_score_before(0.12);
  found.set_score_after(0.01);
  found.set_tolerance(0.005);
  const auto add = [&](const char* path, double from, double to, double best) {
    v1::FittedParameter& one = *found.add_parameters();
    one.set_path(path);
    one.set_unit(v1::UNIT_DURATION);
    one.set_from(1);
    one.set_to(6);
    one.set_fits_from(from);
    one.set_fits_to(to);
    one.set_best(best);
    one.set_is_identifiable(to - from < 4.5);
    return &one;
  };
  add("components.book.quorum.election_timeout.uniform.to", 2.5, 3.2, 2.8)->set_before(2);
  add("components.book.quorum.boot", 1, 6, 4.5);
  add("components.lane.service.boot", 1, 2, 1.5);
  *found.add_after() =
      controller::compare_with_game_day(controller::predicted_thirty(), wrong_day());
  expect_golden(calibration(found, Colour::never), "calibration.txt");
}

}  // namespace
}  // namespace chokepoint::cli
