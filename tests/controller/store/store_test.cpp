#include "controller/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/temporary_folder.h"
#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

v1::GameDayNote note_of(v1::GameDayState state, const std::string& reason = "") {
  v1::GameDayNote note;
  note.mutable_state()->set_state(state);
  note.mutable_state()->set_reason(reason);
  return note;
}

AuditEntry entry_of(const std::string& call) {
  return {.at = 1.5,
          .role = "operator",
          .name = "ann",
          .from = "ipv4:1",
          .call = call,
          .allowed = true,
          .detail = "d"};
}

class StoreInAFolder : public testing::Test {
 protected:
  std::unique_ptr<Store> open() const {
    auto store = Store::open(folder());
    EXPECT_TRUE(store) << store.error().message;
    return *std::move(store);
  }
  std::string folder() const { return folder_ / "state"; }

  cli::testing::TemporaryFolder folder_;
};

TEST_F(StoreInAFolder, KnowsAfterwardsWhatWasWrittenDown) {
  {
    const auto store = open();
    ASSERT_TRUE(store->add({.id = "day-1", .by = "ann", .submitted_at = 7, .plan = two_faults()}));
    ASSERT_TRUE(store->note("day-1", note_of(v1::GAME_DAY_STATE_RUNNING)));
    ASSERT_TRUE(store->note("day-2", note_of(v1::GAME_DAY_STATE_HELD)));
    ASSERT_TRUE(store->set_stop(StandingStop{.by = "bob", .reason = "fire"}));
  }

  const auto store = open();

  const auto days = store->game_days();
  ASSERT_EQ(days->size(), 1U);
  EXPECT_EQ(days->front().by, "ann");
  EXPECT_EQ(days->front().plan.injections_size(), 2);
  ASSERT_EQ(store->notes_of("day-1")->size(), 1U);
  EXPECT_EQ(store->notes_above(1, 10)->front().id, "day-2");
  EXPECT_EQ((*store->stop())->reason, "fire");
}

TEST_F(StoreInAFolder, HasOneOwner) {
  const auto store = open();

  const auto second = Store::open(folder());

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::conflict);
}

TEST_F(StoreInAFolder, ForgetsAStopThatWasLifted) {
  const auto store = open();
  ASSERT_TRUE(store->set_stop(StandingStop{.by = "bob", .reason = "fire"}));

  ASSERT_TRUE(store->set_stop(std::nullopt));

  EXPECT_FALSE(store->stop()->has_value());
}

TEST_F(StoreInAFolder, IsNotOpenedWhenANewerControllerWroteIt) {
  open().reset();
  auto database = Database::open(folder() + "/controller.db");
  ASSERT_TRUE(database->execute("PRAGMA user_version = 99"));

  const auto store = Store::open(folder());

  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("newer controller"));
}

TEST_F(StoreInAFolder, ChainsItsAuditOverRestarts) {
  {
    const auto store = open();
    ASSERT_TRUE(store->audit(entry_of("Submit")));
  }
  ASSERT_TRUE(open()->audit(entry_of("Start")));

  const auto trail = Store::read_audit(folder());

  ASSERT_EQ(trail->entries.size(), 2U);
  EXPECT_TRUE(trail->is_whole);
  EXPECT_THAT(jsonl_of(*trail), HasSubstr(R"("call":"Start","allowed":true)"));
}

TEST_F(StoreInAFolder, LetsNobodyChangeTheAuditAndSeesWhenSomebodyDid) {
  {
    const auto store = open();
    ASSERT_TRUE(store->audit(entry_of("Submit")));
    ASSERT_TRUE(store->audit(entry_of("Start")));
  }
  auto database = Database::open(folder() + "/controller.db");
  EXPECT_FALSE(database->execute("UPDATE audit SET name = 'eve' WHERE number = 1"));
  EXPECT_FALSE(database->execute("DELETE FROM audit"));
  ASSERT_TRUE(database->execute("DROP TRIGGER audit_stays"));
  ASSERT_TRUE(database->execute("UPDATE audit SET name = 'eve' WHERE number = 1"));

  EXPECT_FALSE(Store::read_audit(folder())->is_whole);
}

// A file system of its own, of so many megabytes; skipped where none can be mounted.
bool mount_small(const std::string& folder, const std::string& size) {
  fs::create_directories(folder);
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
}

void fill(const std::string& folder) {
  std::ofstream file(folder + "/ballast", std::ios::binary);
  const std::string piece(4096, 'x');
  while (file << piece << std::flush) {
  }
}

TEST_F(StoreInAFolder, WritesToTheEndOnAFullDiskAndSaysSo) {
  if (!mount_small(folder(), "12m")) GTEST_SKIP() << "nothing can be mounted here";
  const auto store = open();
  ASSERT_TRUE(store->note("day-1", note_of(v1::GAME_DAY_STATE_RUNNING)));
  fill(folder());
  EXPECT_FALSE(store->is_full());

  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(store->note("day-1", note_of(v1::GAME_DAY_STATE_REVERTING, std::string(500, 'r'))));
  }

  EXPECT_TRUE(store->is_full());
  EXPECT_EQ(store->notes_of("day-1")->size(), 101U);
}

TEST_F(StoreInAFolder, IsAnErrorWithoutHarmWhenTheReserveIsUsedUpToo) {
  if (!mount_small(folder(), "12m")) GTEST_SKIP() << "nothing can be mounted here";
  const auto store = open();
  fill(folder());
  std::size_t written = 0;
  while (store->note("day-1", note_of(v1::GAME_DAY_STATE_REVERTING, std::string(200'000, 'r')))) {
    ++written;
    ASSERT_LT(written, 1000U);
  }

  EXPECT_GT(written, 10U) << "the reserve holds some";
  EXPECT_EQ(store->notes_of("day-1")->size(), written);
}

TEST_F(StoreInAFolder, IsNotBegunWithoutRoomForItsReserve) {
  if (!mount_small(folder(), "4m")) GTEST_SKIP() << "nothing can be mounted here";

  const auto store = Store::open(folder());

  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::unavailable);
}

}  // namespace
}  // namespace chokepoint::controller
