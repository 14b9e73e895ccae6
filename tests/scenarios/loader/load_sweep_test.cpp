#include "scenarios/loader/load_sweep.h"

#include <gmock/gmock.h>

#include "scenarios/loader/sweep_points.h"
#include "tests/cli/temporary_folder.h"
#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LoadSweep : public ::testing::Test {
 protected:
  LoadSweep() {
    write("shop.yaml", shop("faults: {crash: {at: 1min, duration: 1min, crash: {component: web}}}\n"
                            "variants: {small: {components: {db: {quorum: {members: 3}}}}}\n"));
  }

  void write(const std::string& name, const std::string& text) const {
    cli::testing::write_text(folder_ / name, text);
  }
  LoadedSweep load(const std::string& more, const std::string& runs = "runs: 10\n") const {
    write("s.yaml", "sweep: shops\nscenario: shop.yaml\n" + runs + more);
    return load_sweep(folder_ / "s.yaml");
  }
  LoadedSweep sound(const std::string& more) const {
    LoadedSweep loaded = load(more);
    EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
    return loaded;
  }
  std::string refusal_of(const std::string& more, const std::string& runs = "runs: 10\n") const {
    const LoadedSweep loaded = load(more, runs);
    EXPECT_FALSE(loaded.errors.empty()) << more;
    return format_errors(loaded.errors);
  }

  cli::testing::TemporaryFolder folder_;
};

TEST_F(LoadSweep, AsksForOutagesUnlessItIsToldWhatElse) {
  const LoadedSweep loaded = sound("");
  ASSERT_EQ(loaded.sweep.measures_size(), 1);
  EXPECT_EQ(loaded.sweep.measures().at("buy-outage").name(), "outage");
  EXPECT_EQ(loaded.sweep.seed(), 1U);
  EXPECT_EQ(count_points(loaded.sweep), 1U);
}

TEST_F(LoadSweep, CountsDesignsTimesValuesTimesSeeds) {
  const LoadedSweep loaded = sound(
      "variants: [small, base]\nshard_runs: 7\n"
      "vary:\n  members: {set: components.db.quorum.members, values: [3, 5, 7]}\n"
      "  at: {set: faults.crash.at, values: 2min}\n");
  EXPECT_EQ(count_points(loaded.sweep), 6U);
  EXPECT_EQ(count_runs(loaded.sweep), 60U);
  EXPECT_EQ(count_shards(loaded.sweep), 9U);
  EXPECT_EQ(point_of(loaded.sweep, 0).variant, "small");
  const SweepPoint last = point_of(loaded.sweep, 5);
  EXPECT_EQ(last.variant, "");
  EXPECT_THAT(last.values, ElementsAre("2min", "7"));
  EXPECT_THAT(changes_of(loaded.sweep, last, [](const std::string&) { return 0.5; }),
              ElementsAre("faults.crash.at=2min", "components.db.quorum.members=7"));
}

TEST_F(LoadSweep, GivesOneValueToAllOfItsPaths) {
  const LoadedSweep loaded =
      sound("draw: {span: {set: [faults.crash.at, faults.crash.duration], range: 1min..3min}}\n");
  EXPECT_THAT(
      changes_of(loaded.sweep, point_of(loaded.sweep, 0), [](const std::string&) { return 0.5; }),
      ElementsAre("faults.crash.at=2min", "faults.crash.duration=2min"));
}

TEST_F(LoadSweep, OfAChoiceTakesEachOfThemEquallyOften) {
  const LoadedSweep loaded =
      sound("draw: {at: {set: faults.crash.at, one_of: [1min, 2min, 3min]}}\n");
  const v1::DrawnValue& at = loaded.sweep.draw().at("at");
  EXPECT_EQ(value_at(at, 0.33), "1min");
  EXPECT_EQ(value_at(at, 0.34), "2min");
  EXPECT_EQ(value_at(at, 0.999), "3min");
}

TEST_F(LoadSweep, IsTheSameWhereverItStandsAndAnotherWhenItChanges) {
  const std::string digest = sound("").digest;
  EXPECT_EQ(sound("# a remark\n").digest, digest);
  EXPECT_NE(sound("seed: 2\n").digest, digest);
  std::filesystem::create_directory(folder_ / "elsewhere");
  write("elsewhere/s.yaml", "sweep: shops\nscenario: ../shop.yaml\nruns: 10\n");
  EXPECT_EQ(load_sweep(folder_ / "elsewhere/s.yaml").digest, digest);
  write("shop.yaml", shop());
  EXPECT_NE(sound("").digest, digest);
}

TEST_F(LoadSweep, SaysWhereWhatIsWrong) {
  EXPECT_THAT(refusal_of("variants: [base, smal]\n"),
              ::testing::AllOf(HasSubstr("s.yaml:4:18: error: the scenario has no variant 'smal'"),
                               HasSubstr("did you mean 'small'?")));
  EXPECT_THAT(refusal_of("variants: [small, small]\n"), HasSubstr("'small' is there twice"));
  EXPECT_THAT(refusal_of("vary: {m: {set: components.dbb.quorum.members, values: [3]}}\n"),
              ::testing::AllOf(HasSubstr("s.yaml:4:17: error:"), HasSubstr("did you mean 'db'?")));
  EXPECT_THAT(refusal_of("vary: {m: {set: components.db.quorum.members, values: [3, 4s]}}\n"),
              HasSubstr("s.yaml:4:59: error:"));
  EXPECT_THAT(refusal_of("draw: {at: {set: faults.crash.at, range: 1min}}\n"),
              HasSubstr("s.yaml:4:42: error: '1min' has no range"));
  EXPECT_THAT(refusal_of("draw: {at: {set: faults.crash.at}}\n"),
              HasSubstr("nothing is said of what may be drawn"));
  EXPECT_THAT(refusal_of("draw: {at: {set: faults.crash.at, range: 1..2}}\n"),
              HasSubstr("faults.crash.at=1: "));
  EXPECT_THAT(refusal_of("set: [faults.crash.at]\n"), HasSubstr("s.yaml:4:7: error:"));
  EXPECT_THAT(refusal_of("measures: {o: {name: outages, users: people}}\n"),
              HasSubstr("there is no measure 'outages' of users"));
  EXPECT_THAT(refusal_of("measures: {o: {name: outage, capability: by, at_most: 3}}\n"),
              ::testing::AllOf(HasSubstr("no capability 'by'"), HasSubstr("'at_most' is")));
}

TEST_F(LoadSweep, RefusesWhatNobodyCouldRun) {
  EXPECT_THAT(refusal_of("", ""), HasSubstr("'runs'"));
  EXPECT_THAT(refusal_of("", "runs: 0\n"), HasSubstr("runs"));
  std::string values;
  for (int i = 1; i <= 400; ++i) values += std::to_string(i) + "s, ";
  EXPECT_THAT(refusal_of("vary:\n  a: {set: faults.crash.at, values: [" + values +
                         "]}\n  b: {set: faults.crash.duration, values: [" + values + "]}\n"),
              HasSubstr("more than 100000 points"));
}

TEST_F(LoadSweep, TellsWhatIsWrongWithItsScenario) {
  write("shop.yaml", "scenario: shop\n");
  EXPECT_THAT(refusal_of(""), HasSubstr("shop.yaml:1"));
  std::filesystem::remove(folder_ / "shop.yaml");
  EXPECT_THAT(refusal_of(""),
              ::testing::AllOf(HasSubstr("s.yaml:2:11: error:"), HasSubstr("no such file")));
}

}  // namespace
}  // namespace chokepoint
