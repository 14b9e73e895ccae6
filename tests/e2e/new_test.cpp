#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::content_of;
using cli::testing::TemporaryFolder;
using ::testing::HasSubstr;

TEST(New, WritesAScenarioThatPassesCheckAndRun) {
  const TemporaryFolder folder;
  const std::string file = folder / "mine.yaml";

  EXPECT_EQ(chokepoint({"new", file}).exit, 0);
  EXPECT_EQ(chokepoint({"check", file}).exit, 0);
  EXPECT_EQ(chokepoint({"run", file}).exit, 0);
  EXPECT_EQ(chokepoint({"compare", file}).exit, 0);
}

TEST(New, NeverOverwrites) {
  const TemporaryFolder folder;
  cli::testing::write_text(folder / "mine.yaml", "precious");

  const Outcome outcome = chokepoint({"new", folder / "mine.yaml"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(content_of(folder / "mine.yaml"), "precious");
  EXPECT_THAT(outcome.err, HasSubstr("exists already"));
}

TEST(New, PrintsWithoutAFile) {
  EXPECT_EQ(chokepoint({"new"}).out, content_of(starter()));
  EXPECT_EQ(chokepoint({"new", "-"}).out, content_of(starter()));
}

TEST(New, SaysWhyItCannotWrite) {
  const Outcome outcome = chokepoint({"new", "/no/such/folder/mine.yaml"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("/no/such/folder/mine.yaml"));
}

TEST(Schema, PrintsAJsonSchema) {
  const Outcome outcome = chokepoint({"schema"});

  google::protobuf::Struct schema;
  const auto status = google::protobuf::util::JsonStringToMessage(outcome.out, &schema);

  EXPECT_EQ(outcome.exit, 0);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_THAT(schema.fields().at("$schema").string_value(), HasSubstr("draft-07"));
}

}  // namespace
}  // namespace chokepoint::e2e
