#include "cli/render/csv.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/cli/sample_record.h"

namespace chokepoint::cli {
namespace {

TEST(SeriesCsv, HasOneRowForEachValueOfEachColumn) {
  testing::RecordBuilder build("x", 120);
  build.record.mutable_samples()->set_step_s(60);
  build.column("capability", "trade", "succeeded", {123456, 0.1});

  EXPECT_EQ(series_csv(build.record),
            "t_s,scope,subject,metric,value\n"
            "0,capability,trade,succeeded,123456\n"
            "60,capability,trade,succeeded,0.1\n");
}

TEST(SeriesCsv, WritesNumbersThatReadBackAsTheSame) {
  testing::RecordBuilder build("x", 60);
  build.record.mutable_samples()->set_step_s(60);
  build.column("component", "a", "level", {1.0 / 3});

  const std::string text = series_csv(build.record);

  EXPECT_EQ(std::stod(text.substr(text.rfind(',') + 1)), 1.0 / 3);
}

TEST(SeriesCsv, LeavesTheCellEmptyWhereThereIsNoNumber) {
  testing::RecordBuilder build("x", 60);
  build.record.mutable_samples()->set_step_s(60);
  build.column("component", "a", "level", {std::numeric_limits<double>::quiet_NaN()});

  EXPECT_EQ(series_csv(build.record), "t_s,scope,subject,metric,value\n0,component,a,level,\n");
}

TEST(IntervalsCsv, QuotesWhatWouldBreakTheTable) {
  testing::RecordBuilder build("x", 60);
  build.interval("component", "a", 0, 1.5, "down", "said \"no\", and left");

  EXPECT_EQ(intervals_csv(build.record),
            "from_s,to_s,scope,subject,state,cause\n"
            "0,1.5,component,a,down,\"said \"\"no\"\", and left\"\n");
}

}  // namespace
}  // namespace chokepoint::cli
