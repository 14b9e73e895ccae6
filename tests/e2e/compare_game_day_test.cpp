#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "chokepoint/v1/comparison.pb.h"
#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"
#include "tests/e2e/staged_days.h"

namespace chokepoint::e2e {
namespace {

using ::testing::HasSubstr;

std::string zone_loss() { return source("scenarios/library/gamedays/zone-loss.yaml"); }

class CompareWithAGameDay : public ::testing::Test {
 protected:
  std::string path(const char* name) { return folder_ / name; }

  Outcome plan() {
    return chokepoint({"gameday", "plan", zone_loss(), "--deployment",
                       source("scenarios/deployments/mini-exchange.yaml"), "--seeds", "4", "--out",
                       path("plan.json")});
  }

  cli::testing::TemporaryFolder folder_;
};

TEST_F(CompareWithAGameDay, EndsWithNothingWhenItWasInside) {
  ASSERT_EQ(plan().exit, 0);
  stage({.scenario = zone_loss(), .seed = 3, .resolution = 1}, path("day"));

  const Outcome outcome = chokepoint({"compare", path("plan.json"), path("day")});

  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Predicted against observed (4 runs"));
  EXPECT_THAT(outcome.out, HasSubstr("inside what was predicted"));
  EXPECT_THAT(outcome.out, HasSubstr("book, member "));
  EXPECT_THAT(outcome.out, HasSubstr("at most, as needed for trade"));
}

TEST_F(CompareWithAGameDay, EndsWithOneAndSaysWhereTheModelWasWrong) {
  ASSERT_EQ(plan().exit, 0);
  stage({.scenario = zone_loss(), .truth = {"components.book.quorum.boot=12s"}}, path("day"));

  const Outcome outcome = chokepoint({"compare", path("plan.json"), path("day")});

  EXPECT_EQ(outcome.exit, 1) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("outside what was predicted: trade"));
}

TEST_F(CompareWithAGameDay, TakesASimulatedRunForAPrediction) {
  chokepoint({"run", zone_loss(), "--seed", "3", "--out", path("run")});
  stage({.scenario = zone_loss(), .seed = 3}, path("day"));

  EXPECT_EQ(chokepoint({"compare", path("run"), path("day")}).exit, 0);
  EXPECT_EQ(
      chokepoint({"compare", path("run") + "/record.json", path("day") + "/record.json"}).exit, 0);
}

TEST_F(CompareWithAGameDay, PrintsTheComparisonWithJson) {
  chokepoint({"run", zone_loss(), "--seed", "3", "--out", path("run")});
  stage({.scenario = zone_loss(), .seed = 3}, path("day"));

  const Outcome outcome = chokepoint({"compare", path("run"), path("day"), "--json"});

  v1::Comparison comparison;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(outcome.out, &comparison).ok());
  EXPECT_EQ(comparison.game_day(), "gd-1");
  EXPECT_TRUE(comparison.is_inside());
  EXPECT_EQ(comparison.capabilities_size(), 2);
}

TEST_F(CompareWithAGameDay, ShowsWhatThereIsOfAnAbortedOneAndSaysSo) {
  chokepoint({"run", zone_loss(), "--seed", "3", "--out", path("run")});
  stage({.scenario = zone_loss(), .seed = 3}, path("day"));
  std::string record = cli::testing::content_of(path("day") + "/record.json");
  record.replace(record.find("OUTCOME_HELD"), 12, "OUTCOME_ABORTED");
  cli::testing::write_text(path("day") + "/record.json", record);

  const Outcome outcome = chokepoint({"compare", path("run"), path("day")});

  EXPECT_EQ(outcome.exit, 3) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("not a whole game day"));
  EXPECT_THAT(outcome.out, HasSubstr("recovery_time"));
}

TEST_F(CompareWithAGameDay, RefusesTwoThatDoNotBelongTogether) {
  chokepoint({"run", zone_loss(), "--out", path("run")});
  chokepoint({"run", zone_loss(), "--variant", "balanced", "--out", path("balanced")});
  chokepoint({"run", zone_loss(), "--set", "horizon=80s", "--out", path("shorter")});
  stage({.scenario = zone_loss()}, path("day"));
  const auto refused = [&](const std::string& predicted, const std::string& day, const char* text) {
    const Outcome outcome = chokepoint({"compare", predicted, day});
    EXPECT_EQ(outcome.exit, 2) << text;
    EXPECT_EQ(outcome.out, "") << text;
    EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  refused(path("balanced"), path("day"), "not the same variant: predicted balanced");
  refused(path("shorter"), path("day"), "not the same changes by --set: predicted horizon=80s");
  refused(path("run"), path("run"), "is no game day's");
  refused(path("day"), path("day"), "is the record of a game day, which predicts nothing");
  refused(zone_loss(), path("day"), "is neither a plan nor a record");
  refused(path("nowhere"), path("day"), "nowhere");
  refused(path("run"), path("nowhere"), "nowhere");
}

}  // namespace
}  // namespace chokepoint::e2e
