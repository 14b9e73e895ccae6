#include "cli/run_folder.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "tests/cli/sample_record.h"
#include "tests/cli/temporary_folder.h"

namespace chokepoint::cli {
namespace {

namespace fs = std::filesystem;
using testing::content_of;
using testing::names_in;
using testing::TemporaryFolder;
using Names = std::vector<std::string>;

constexpr std::uintmax_t kLittle = 1000;

RunFolder opened(const fs::path& path) {
  Result<RunFolder> folder = RunFolder::open(path, kLittle);
  EXPECT_TRUE(folder) << "the folder can be opened";
  return *std::move(folder);
}

TEST(RunFolder, HoldsEveryFileOfARun) {
  const TemporaryFolder temporary;
  RunFolder folder = opened(temporary / "run");

  const Status written = folder.write(files_of(testing::hall_outage()));

  ASSERT_TRUE(written);
  EXPECT_EQ(names_in(temporary / "run"),
            (Names{"events.jsonl", "intervals.csv", "record.json", "series.csv", "timeline.svg"}));
}

TEST(RunFolder, CreatesWhatIsMissingAboveIt) {
  const TemporaryFolder temporary;

  ASSERT_TRUE(opened(temporary / "a/b/c").write({{"x", "1"}}));

  EXPECT_EQ(content_of(temporary / "a/b/c/x"), "1");
}

TEST(RunFolder, IsTakenAwayAgainWhenNothingWasWritten) {
  const TemporaryFolder temporary;

  { const RunFolder folder = opened(temporary / "a/b"); }

  EXPECT_EQ(names_in(temporary.path()), Names{});
}

TEST(RunFolder, LeavesAFolderThatWasThereBefore) {
  const TemporaryFolder temporary;
  fs::create_directory(temporary / "old");

  { const RunFolder folder = opened(temporary / "old/new"); }

  EXPECT_EQ(names_in(temporary.path()), Names{"old"});
  EXPECT_EQ(names_in(temporary / "old"), Names{});
}

TEST(RunFolder, ReplacesFilesAndKeepsStrangers) {
  const TemporaryFolder temporary;
  testing::write_text(temporary / "x", "old");
  testing::write_text(temporary / "notes", "mine");

  ASSERT_TRUE(opened(temporary.path()).write({{"x", "new"}}));

  EXPECT_EQ(content_of(temporary / "x"), "new");
  EXPECT_EQ(content_of(temporary / "notes"), "mine");
}

TEST(RunFolder, IsRefusedWhereAFileHasItsName) {
  const TemporaryFolder temporary;
  testing::write_text(temporary / "taken", "");

  const Result<RunFolder> folder = RunFolder::open(temporary / "taken", kLittle);

  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, Code::conflict);
}

TEST(RunFolder, IsRefusedBelowAFile) {
  const TemporaryFolder temporary;
  testing::write_text(temporary / "file", "");

  const Result<RunFolder> folder = RunFolder::open(temporary / "file/run", kLittle);

  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, Code::conflict);
}

TEST(RunFolder, IsRefusedWhereNobodyMayWrite) {
  const Result<RunFolder> folder = RunFolder::open("/proc/run", kLittle);

  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().message.find("cannot create the folder '/proc/run'"), std::string::npos);
}

TEST(RunFolder, WritesNothingWhenAFolderHasTheNameOfAFile) {
  const TemporaryFolder temporary;
  fs::create_directory(temporary / "b");

  const Status written = opened(temporary.path()).write({{"a", "1"}, {"b", "2"}});

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::conflict);
  EXPECT_EQ(names_in(temporary.path()), Names{"b"});
}

void limit_file_size(rlim_t bytes) {
  handle_signals();
  const rlimit limit = {bytes, bytes};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST(RunFolder, IsRefusedBeforeTheRunWhenFilesMayNotGrowEnough) {
  const TemporaryFolder temporary;
  limit_file_size(500);

  const Result<RunFolder> folder = RunFolder::open(temporary / "run", kLittle);

  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, Code::unavailable);
  EXPECT_EQ(names_in(temporary.path()), Names{});
}

TEST(RunFolder, KeepsTheOldFilesWhenANewOneGrowsTooLarge) {
  const TemporaryFolder temporary;
  testing::write_text(temporary / "a", "old");
  RunFolder folder = opened(temporary.path());
  limit_file_size(2000);

  const Status written = folder.write({{"a", "new"}, {"b", std::string(5000, 'x')}});

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::unavailable);
  EXPECT_EQ(names_in(temporary.path()), Names{"a"});
  EXPECT_EQ(content_of(temporary / "a"), "old");
}

// A disk of 64 KiB on `path` that only this process sees; false where that is not allowed.
bool mount_tiny_disk(const fs::path& path) {
  return unshare(CLONE_NEWNS) == 0 && mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", path.c_str(), "tmpfs", 0, "size=64k") == 0;
}

TEST(RunFolder, IsRefusedBeforeTheRunOnADiskThatIsTooSmall) {
  const TemporaryFolder temporary;
  if (!mount_tiny_disk(temporary.path())) GTEST_SKIP() << "may not mount a file system here";

  const Result<RunFolder> folder = RunFolder::open(temporary / "run", 1'000'000);

  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, Code::unavailable);
  EXPECT_EQ(names_in(temporary.path()), Names{});
  umount(temporary.path().c_str());
}

TEST(RunFolder, KeepsTheOldFilesWhenTheDiskFillsUp) {
  const TemporaryFolder temporary;
  if (!mount_tiny_disk(temporary.path())) GTEST_SKIP() << "may not mount a file system here";
  testing::write_text(temporary / "a", "old");
  RunFolder folder = opened(temporary.path());

  const Status written = folder.write({{"a", "new"}, {"b", std::string(100'000, 'x')}});

  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("No space left on device"), std::string::npos);
  EXPECT_EQ(names_in(temporary.path()), Names{"a"});
  EXPECT_EQ(content_of(temporary / "a"), "old");
  umount(temporary.path().c_str());
}

TEST(RunFolderDeathTest, GoesWithABrokenInvariant) {
  const TemporaryFolder temporary;

  EXPECT_DEATH(
      {
        handle_signals();
        const RunFolder folder = opened(temporary / "run");
        std::abort();
      },
      "");

  EXPECT_EQ(names_in(temporary.path()), Names{});
}

TEST(LeastBytes, GrowWithTheSamplesAndStayBelowWhatIsWritten) {
  v1::Scenario scenario;
  scenario.set_horizon(3600);
  scenario.mutable_traffic()->set_sample(60);
  (*scenario.mutable_components())["gateway"];
  const std::uintmax_t hour = least_bytes(scenario);

  scenario.set_horizon(36000);

  EXPECT_GT(least_bytes(scenario), hour);
  EXPECT_LT(least_bytes(scenario), 100'000U);
}

}  // namespace
}  // namespace chokepoint::cli
