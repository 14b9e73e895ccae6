#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Compare, ShowsTheBaseAndAllVariantsByDefault) {
  const Outcome outcome = chokepoint({"compare", incident()});

  EXPECT_EQ(outcome.exit, 0) << outcome.out;
  for (const char* variant : {"base", "all-remedies", "drilled-standby",
                              "healthy-log-control-plane", "rack-spread", "three-zones"}) {
    EXPECT_THAT(outcome.out, HasSubstr(std::string("  ") + variant + " "));
  }
}

TEST(Compare, ShowsOnlyTheVariantsAskedFor) {
  const Outcome outcome =
      chokepoint({"compare", incident(), "--variant", "three-zones", "--variant", "rack-spread"});

  EXPECT_THAT(outcome.out, HasSubstr("2 designs under the same luck"));
  EXPECT_THAT(outcome.out, HasSubstr("= the same as in three-zones"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("all-remedies")));
}

TEST(Compare, PrintsOneRecordPerDesignWithJson) {
  const Outcome outcome = chokepoint({"compare", starter(), "--json", "--seed", "4"});

  google::protobuf::ListValue records;
  const auto status = google::protobuf::util::JsonStringToMessage(outcome.out, &records);

  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(records.values_size(), 2);
  const auto& base = records.values(0).struct_value().fields();
  const auto& variant = records.values(1).struct_value().fields();
  EXPECT_EQ(base.at("variant").string_value(), "");
  EXPECT_EQ(variant.at("variant").string_value(), "three-zones");
  EXPECT_EQ(variant.at("seed").string_value(), "4");
  EXPECT_NE(base.at("digest").string_value(), variant.at("digest").string_value());
}

TEST(Compare, RunsEachDesignAsRunDoes) {
  const std::string alone =
      chokepoint({"run", starter(), "--variant", "three-zones", "--json"}).out;

  const Outcome outcome = chokepoint({"compare", starter(), "--variant", "three-zones", "--json"});

  EXPECT_EQ(outcome.out, "[\n" + alone + "]\n");
}

TEST(Compare, EndsWithOneWhenADesignDeviates) {
  const Outcome outcome = chokepoint(
      {"compare", starter(), "--variant", "base", "--set", "faults.power-cut.duration=1min"});

  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.out, HasSubstr("not: ordering-is-back-before-the-power"));
}

TEST(Compare, RefusesAnUnknownVariant) {
  const Outcome outcome = chokepoint({"compare", starter(), "--variant", "four-zones"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("four-zones"));
}

TEST(Compare, ReadsStandardInputOnce) {
  const Outcome outcome =
      chokepoint({.arguments = {"compare", "-"}, .input = cli::testing::content_of(starter())});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("three-zones"));
}

}  // namespace
}  // namespace chokepoint::e2e
