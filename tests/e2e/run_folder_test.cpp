#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "chokepoint/v1/record.pb.h"
#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::content_of;
using cli::testing::names_in;
using cli::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(RunFolder, HoldsTheWholeRun) {
  const TemporaryFolder folder;

  const Outcome outcome = chokepoint({"run", incident(), "--out", folder / "a/b"});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(names_in(folder / "a/b"), ElementsAre("events.jsonl", "intervals.csv", "record.json",
                                                    "series.csv", "timeline.svg"));
  EXPECT_THAT(content_of(folder / "a/b/series.csv"),
              StartsWith("t_s,scope,subject,metric,value\n"));
  EXPECT_THAT(content_of(folder / "a/b/intervals.csv"),
              StartsWith("from_s,to_s,scope,subject,state,cause\n"));
  EXPECT_THAT(content_of(folder / "a/b/events.jsonl"), HasSubstr("\"subject\":\"chillers-fail\""));
  EXPECT_THAT(content_of(folder / "a/b/timeline.svg"), StartsWith("<svg "));
}

TEST(RunFolder, HoldsTheRecordThatJsonPrints) {
  const TemporaryFolder folder;

  const Outcome outcome = chokepoint({"-q", "run", starter(), "--json", "--out", folder / "run"});

  EXPECT_EQ(content_of(folder / "run/record.json"), outcome.out);
  EXPECT_EQ(outcome.err, "");
}

TEST(RunFolder, HasTheSameBytesForTheSameSeed) {
  const TemporaryFolder folder;

  chokepoint({"run", incident(), "--out", folder / "one"});
  chokepoint({"run", incident(), "--out", folder / "two"});

  for (const std::string& name : names_in(folder / "one")) {
    EXPECT_EQ(content_of(folder / ("one/" + name)), content_of(folder / ("two/" + name))) << name;
  }
}

TEST(RunFolder, IsRefusedBeforeTheRunWhereAFileIsInTheWay) {
  const TemporaryFolder folder;
  cli::testing::write_text(folder / "file", "");

  const Outcome outcome = chokepoint({"run", starter(), "--out", folder / "file/run"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "") << "nothing was simulated";
  EXPECT_THAT(outcome.err, HasSubstr("cannot create the folder"));
}

TEST(RunFolder, IsRefusedBeforeTheRunWhenFilesMayNotGrow) {
  const TemporaryFolder folder;

  const Outcome outcome = chokepoint({.arguments = {"run", incident(), "--out", folder / "run"},
                                      .wrapper = {"prlimit", "--fsize=4096:4096"}});

  EXPECT_EQ(outcome.exit, 3);
  EXPECT_EQ(outcome.out, "") << "nothing was simulated";
  EXPECT_THAT(outcome.err, HasSubstr("File too large"));
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
}

// Enough for the probe, not for the longest file: known only after the run.
TEST(RunFolder, IsTakenBackWhenAFileGrowsTooLargeAfterTheRun) {
  const TemporaryFolder folder;
  chokepoint({"run", incident(), "--out", folder / "whole"});
  const std::size_t longest = content_of(folder / "whole/series.csv").size();
  const std::string limit = std::to_string(longest - 1);

  const Outcome outcome = chokepoint({.arguments = {"run", incident(), "--out", folder / "run"},
                                      .wrapper = {"prlimit", "--fsize=" + limit + ":" + limit}});

  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.out, HasSubstr("To reproduce")) << "the result is shown all the same";
  EXPECT_THAT(outcome.err, HasSubstr("series.csv': File too large"));
  EXPECT_THAT(names_in(folder.path()), ElementsAre("whole"));
}

TEST(RunFolder, IsRefusedBeforeTheRunOnAFullDisk) {
  const TemporaryFolder folder;
  const bool is_mounted = unshare(CLONE_NEWNS) == 0 &&
                          mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=16k") == 0;
  if (!is_mounted) GTEST_SKIP() << "may not mount a file system here";

  const Outcome outcome = chokepoint({"run", incident(), "--out", folder / "run"});

  EXPECT_EQ(outcome.exit, 3);
  EXPECT_EQ(outcome.out, "") << "nothing was simulated";
  EXPECT_THAT(outcome.err, HasSubstr("No space left on device"));
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
  umount(folder.path().c_str());
}

}  // namespace
}  // namespace chokepoint::e2e
