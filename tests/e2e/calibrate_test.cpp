#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "chokepoint/v1/comparison.pb.h"
#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"
#include "tests/e2e/staged_days.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::content_of;
using cli::testing::TemporaryFolder;
using cli::testing::write_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kBoot = "components.book.quorum.boot";
constexpr const char* kElectionTo = "components.book.quorum.election_timeout.uniform.to";

class CalibrateCommand : public ::testing::Test {
 protected:
  void SetUp() override { write_text(scenario(), kShortScenario); }

  std::string scenario() { return folder_ / "short.yaml"; }
  std::string day(const std::string& name) { return folder_ / name; }

  Outcome calibrate(std::vector<std::string> more, const char* seeds = "4") {
    std::vector<std::string> words = {"calibrate", scenario(), "--seeds", seeds};
    words.insert(words.end(), more.begin(), more.end());
    return chokepoint(words);
  }

  Outcome plan(const std::string& variant, const std::string& file) {
    write_text(day("staging.yaml"), kShortDeployment);
    return chokepoint({"gameday", "plan", file, "--variant", variant, "--deployment",
                       day("staging.yaml"), "--out", day("plan.json")});
  }

  v1::Calibration found(std::vector<std::string> more) {
    more.push_back("--json");
    const Outcome outcome = calibrate(more);
    v1::Calibration calibration;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(outcome.out, &calibration).ok())
        << outcome.out << outcome.err;
    return calibration;
  }

  TemporaryFolder folder_;
};

TEST_F(CalibrateCommand, RecoversAValueThatNobodyToldIt) {
  stage({.scenario = scenario(), .truth = {std::string(kBoot) + "=4s"}}, day("a"));

  const v1::Calibration calibration =
      found({day("a"), "--free", std::string(kBoot) + "=500ms..8s"});

  ASSERT_EQ(calibration.parameters_size(), 1);
  const v1::FittedParameter& boot = calibration.parameters(0);
  EXPECT_TRUE(boot.is_identifiable());
  EXPECT_LE(boot.fits_from(), 4);
  EXPECT_GE(boot.fits_to(), 4);
  EXPECT_LT(boot.fits_to() - boot.fits_from(), 3);
  EXPECT_EQ(boot.before(), 1);
  EXPECT_LT(calibration.score_after(), calibration.score_before() / 2);
}

// No lane ever boots.
TEST_F(CalibrateCommand, SaysWhatAGameDayDoesNotTell) {
  stage({.scenario = scenario()}, day("a"));

  const Outcome outcome = calibrate({day("a"), "--free", "components.lane.service.boot=500ms..3s"});

  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("boot: not identifiable, anything from 500ms to 3s fits about as well."));
}

TEST_F(CalibrateCommand, OnOneGameDayPredictsAnotherOfAnotherDesign) {
  const std::vector<std::string> truth = {"components.book.quorum.election_timeout.uniform.from=4s",
                                          std::string(kElectionTo) + "=6s"};
  stage({.scenario = scenario(), .truth = truth, .id = "first"}, day("a"));
  stage({.scenario = scenario(), .variant = "balanced", .truth = truth, .seed = 5}, day("b"));
  ASSERT_EQ(plan("balanced", scenario()).exit, 0);
  EXPECT_EQ(chokepoint({"compare", day("plan.json"), day("b")}).exit, 1) << "nobody knew it yet";

  const std::string out = folder_ / "calibrated.yaml";
  const Outcome outcome = calibrate({day("a"), "--free", std::string(kElectionTo) + "=1s..12s",
                                     "--variant", "balanced", "--out", out},
                                    "5");
  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_THAT(content_of(out), StartsWith(kShortScenario));
  EXPECT_THAT(content_of(out), HasSubstr("# Calibrated on first (base)."));
  EXPECT_EQ(chokepoint({"run", out, "--variant", "calibrated"}).exit, 0);

  // The second game day was not calibrated on, and is of another design.
  stage({.scenario = out, .variant = "calibrated", .truth = truth, .seed = 5}, day("b"));
  ASSERT_EQ(plan("calibrated", out).exit, 0);
  const Outcome second = chokepoint({"compare", day("plan.json"), day("b")});
  EXPECT_EQ(second.exit, 0) << second.out << second.err;
}

TEST_F(CalibrateCommand, EndsWithOneWhenNoValueMakesTheModelRight) {
  stage({.scenario = scenario(), .truth = {"faults.zone-a-dark.duration=20s"}}, day("a"));

  const Outcome outcome = calibrate({day("a"), "--free", std::string(kBoot) + "=500ms..2s"});

  EXPECT_EQ(outcome.exit, 1) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("outside: trade outage by"));
}

TEST_F(CalibrateCommand, PrintsAVariantToPaste) {
  stage({.scenario = scenario(), .truth = {std::string(kBoot) + "=4s"}}, day("a"));

  const Outcome outcome =
      calibrate({day("a"), "--free", std::string(kBoot) + "=500ms..8s", "--name", "as-seen"});

  EXPECT_THAT(outcome.out, HasSubstr("\nvariants:\n  # Calibrated on gd-1 (base).\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  as-seen:\n"));
  EXPECT_THAT(outcome.out, HasSubstr("basis: calibrated"));
}

TEST_F(CalibrateCommand, LeavesNothingBehindWhenItIsInterrupted) {
  stage({.scenario = scenario()}, day("a"));
  const std::string out = folder_ / "out";
  std::filesystem::create_directory(out);
  Running running(
      {.arguments = {"calibrate", scenario(), day("a"), "--free", std::string(kBoot) + "=500ms..8s",
                     "--seeds", "500", "--out", out + "/calibrated.yaml"}});
  for (int i = 0; std::filesystem::is_empty(out) && i < 500; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_FALSE(std::filesystem::is_empty(out));
  running.send(SIGINT);

  EXPECT_EQ(running.wait().exit, 130);
  EXPECT_TRUE(std::filesystem::is_empty(out));
}

TEST_F(CalibrateCommand, RefusesWhatCannotBeFitted) {
  stage({.scenario = scenario()}, day("a"));
  const std::string free = std::string(kBoot) + "=500ms..8s";
  const auto refused = [&](const std::vector<std::string>& more, const char* text) {
    const Outcome outcome = calibrate(more);
    EXPECT_EQ(outcome.exit, 2) << text;
    EXPECT_EQ(outcome.out, "") << text;
    EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  refused({day("a")}, "--free");
  refused({day("a"), "--free", "components.book.quorum.bot=1s..2s"}, "boot");
  refused({day("a"), "--free", std::string(kBoot) + "=1s"}, "has no range");
  refused({day("a"), "--free", free, "--free", free}, "is there twice");
  refused({day("a"), "--free", free, "--name", "balanced"},
          "there is a variant 'balanced' already");
  refused({day("a"), "--free", free, "--variant", "nobody"}, "there is no variant 'nobody'");
  refused({scenario(), "--free", free}, "is no record");
  refused({day("nowhere"), "--free", free}, "nowhere");
  refused({day("a"), "--free", free, "--out", folder_ / "no" / "folder.yaml"}, "cannot write");
  stage({.scenario = starter(), .truth = {}}, day("other"));
  refused({day("other"), "--free", free}, "name records of this scenario");
}

}  // namespace
}  // namespace chokepoint::e2e
