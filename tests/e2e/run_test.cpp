#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <sstream>

#include "chokepoint/v1/record.pb.h"
#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::content_of;
using ::testing::HasSubstr;
using ::testing::Not;

v1::RunRecord record_of(const Outcome& outcome) {
  v1::RunRecord record;
  const auto status = google::protobuf::util::JsonStringToMessage(outcome.out, &record);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return record;
}

// The starter scenario with its fault taken back before operators are done: one expectation
// deviates.
const std::vector<std::string> kDeviating = {"run", starter(), "--set",
                                             "faults.power-cut.duration=1min"};

TEST(Run, EndsWithZeroWhenEveryExpectationHeld) {
  const Outcome outcome = chokepoint({"run", starter()});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("held: all 2 expectations"));
}

TEST(Run, EndsWithOneWhenAnExpectationDeviated) {
  const Outcome outcome = chokepoint(kDeviating);

  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.out, HasSubstr("DEVIATED  ordering-is-back-before-the-power"));
}

TEST(Run, PrintsOnlyTheRecordWithJson) {
  const Outcome outcome = chokepoint({"run", starter(), "--json", "--seed", "7"});

  const v1::RunRecord record = record_of(outcome);

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(record.scenario(), "starter");
  EXPECT_EQ(record.seed(), 7U);
  EXPECT_EQ(record.outcome(), v1::OUTCOME_HELD);
  EXPECT_GT(record.samples().columns_size(), 0);
}

TEST(Run, NamesTheVariantAndTheChangesInTheRecord) {
  const v1::RunRecord record = record_of(
      chokepoint({"run", starter(), "--json", "--variant", "three-zones", "--set", "horizon=1h"}));

  EXPECT_EQ(record.variant(), "three-zones");
  ASSERT_EQ(record.overrides_size(), 1);
  EXPECT_EQ(record.overrides(0), "horizon=1h");
  EXPECT_EQ(record.horizon_s(), 3600);
}

TEST(Run, TakesSeveralChanges) {
  const v1::RunRecord record = record_of(chokepoint(
      {"run", "--set", "horizon=1h", "--set", "users.shoppers.rate=5/s", starter(), "--json"}));

  EXPECT_EQ(record.overrides_size(), 2);
}

TEST(Run, KnowsTheBaseByName) {
  EXPECT_EQ(chokepoint({"run", starter(), "--variant", "base", "--json"}).out,
            chokepoint({"run", starter(), "--json"}).out);
}

TEST(Run, GivesTheSameBytesForTheSameSeed) {
  const std::vector<std::string> run = {"run", incident(), "--json", "--seed", "3"};

  EXPECT_EQ(chokepoint(run).out, chokepoint(run).out);
}

TEST(Run, GivesOtherLuckForAnotherSeed) {
  const v1::RunRecord one = record_of(chokepoint({"run", incident(), "--json", "--seed", "1"}));
  const v1::RunRecord two = record_of(chokepoint({"run", incident(), "--json", "--seed", "2"}));

  EXPECT_EQ(one.digest(), two.digest());
  EXPECT_NE(one.fingerprint(), two.fingerprint());
}

TEST(Run, EndsWithACommandThatReproducesIt) {
  const Outcome first =
      chokepoint({"run", starter(), "--seed", "5", "--set", "horizon=90min", "--json"});
  std::istringstream words(record_of(first).reproduce());
  std::vector<std::string> command{std::istream_iterator<std::string>(words), {}};
  ASSERT_EQ(command.front(), "chokepoint");
  command.erase(command.begin());
  command.emplace_back("--json");

  EXPECT_EQ(chokepoint(command).out, first.out);
}

TEST(Run, ReadsStandardInput) {
  const Outcome outcome = chokepoint({.arguments = {"run", "-"}, .input = content_of(starter())});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("chokepoint run - --seed 1"));
}

TEST(Run, RefusesAnUnknownVariantAndNamesTheNearest) {
  const Outcome outcome = chokepoint({"run", starter(), "--variant", "three-zone"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("three-zones"));
}

TEST(Run, RefusesAChangeThatLeadsNowhere) {
  const Outcome outcome = chokepoint({"run", starter(), "--set", "faults.power-cat.at=1min"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("power-cat"));
}

TEST(Run, SaysSoWhenStandardOutputIsFull) {
  const Outcome outcome = chokepoint({.arguments = {"run", starter()}, .out = "/dev/full"});

  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write the result to standard output"));
}

TEST(Run, UsesNoColourAndNoBarInAPipe) {
  const Outcome outcome = chokepoint({"run", incident()});

  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(outcome.err, "");
}

TEST(Run, KeepsLinesWithinAHundredColumns) {
  std::istringstream lines(chokepoint({"run", incident()}).out);
  std::string line;
  while (std::getline(lines, line) && line != "To reproduce") {
    const auto continued = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    });
    EXPECT_LE(static_cast<long>(line.size()) - continued, 100) << line;
  }
}

}  // namespace
}  // namespace chokepoint::e2e
