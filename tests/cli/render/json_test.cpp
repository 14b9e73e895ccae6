#include "cli/render/json.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RecordJson, ReadsBackAsTheSameRecord) {
  v1::RunRecord read;

  const auto status =
      google::protobuf::util::JsonStringToMessage(record_json(testing::hall_outage()), &read);

  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(read, testing::hall_outage()));
}

TEST(RecordJson, UsesTheNamesOfTheSchema) {
  EXPECT_THAT(record_json(testing::quiet_hour()), HasSubstr("\"horizon_s\":3600"));
}

TEST(RecordJson, WritesZerosAndFalse) {
  const std::string text = record_json(testing::hall_outage());

  EXPECT_THAT(text, HasSubstr("\"held\":false"));
  EXPECT_THAT(text, HasSubstr("\"replication\":0"));
}

TEST(RecordJson, LeavesOutWhatIsAbsent) {
  testing::RecordBuilder build("x", 60);
  build.verdict("never-came", v1::BASIS_PREDICTED, "within 1h", "never", "");

  EXPECT_THAT(record_json(build.record), Not(HasSubstr("\"value\"")));
}

TEST(EventsJsonl, HasOneObjectALine) {
  testing::RecordBuilder build("x", 60);
  build.event(1, v1::EVENT_KIND_FAULT, "a", "injected")
      .event(2, v1::EVENT_KIND_FAULT, "a", "reverted");

  EXPECT_EQ(events_jsonl(build.record),
            "{\"at_s\":1,\"kind\":\"EVENT_KIND_FAULT\",\"subject\":\"a\",\"text\":\"injected\","
            "\"cause\":\"\"}\n"
            "{\"at_s\":2,\"kind\":\"EVENT_KIND_FAULT\",\"subject\":\"a\",\"text\":\"reverted\","
            "\"cause\":\"\"}\n");
}

TEST(RecordsJson, IsAnArray) {
  const std::string one = record_json(testing::quiet_hour());

  EXPECT_EQ(records_json({}), "[\n]\n");
  EXPECT_EQ(records_json({testing::quiet_hour(), testing::quiet_hour()}),
            "[\n" + one.substr(0, one.size() - 1) + ",\n" + one + "]\n");
}

}  // namespace
}  // namespace chokepoint::cli
