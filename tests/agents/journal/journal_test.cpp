#include "agents/journal/journal.h"

#include <signal.h>
#include <sys/resource.h>

#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

v1::JournalEntry entry(const std::string& id, v1::JournalStep step) {
  v1::JournalEntry made;
  made.set_id(id);
  made.set_step(step);
  made.set_object("process " + id);
  return made;
}

Journal opened(const fs::path& folder) {
  Result<Journal> journal = Journal::open(folder);
  EXPECT_TRUE(journal) << journal.error().message;
  return *std::move(journal);
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Journal, KnowsWhatIsPreparedAndNotReverted) {
  const Host host;
  Journal journal = opened(host.folder() / "state");
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_PREPARED)));
  ASSERT_TRUE(journal.append(entry("two", v1::JOURNAL_STEP_PREPARED)));
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_INJECTED)));
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_REVERTED)));

  const auto open = opened(host.folder() / "state").open_faults();

  ASSERT_TRUE(open);
  ASSERT_EQ(open->faults.size(), 1U);
  EXPECT_EQ(open->faults[0].id(), "two");
  EXPECT_FALSE(open->is_damaged);
}

TEST(Journal, CutOffAnywhereHoldsWhatWasWholeBefore) {
  const Host host;
  Journal journal = opened(host.folder() / "state");
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_PREPARED)));
  const std::size_t first = bytes_of(host.folder() / "state/journal").size();
  ASSERT_TRUE(journal.append(entry("two", v1::JOURNAL_STEP_PREPARED)));
  const std::string whole = bytes_of(host.folder() / "state/journal");

  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const fs::path folder = host.folder() / "cut";
    fs::create_directories(folder);
    std::ofstream(folder / "journal", std::ios::binary) << whole.substr(0, length);
    Journal cut = opened(folder);
    const std::size_t expected = length == whole.size() ? 2U : length >= first ? 1U : 0U;

    ASSERT_EQ(cut.open_faults()->faults.size(), expected) << length;
    ASSERT_FALSE(cut.open_faults()->is_damaged) << length;
    ASSERT_TRUE(cut.append(entry("three", v1::JOURNAL_STEP_PREPARED)));
    ASSERT_EQ(cut.open_faults()->faults.size(), expected + 1) << length;
  }
}

TEST(Journal, SaysThatItIsDamagedWhenAnyByteInItsMiddleIs) {
  const Host host;
  Journal journal = opened(host.folder() / "state");
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_PREPARED)));
  const std::size_t first = bytes_of(host.folder() / "state/journal").size();
  ASSERT_TRUE(journal.append(entry("two", v1::JOURNAL_STEP_PREPARED)));
  const std::string whole = bytes_of(host.folder() / "state/journal");

  for (std::size_t at = 0; at < first; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    const fs::path folder = host.folder() / "damaged";
    fs::create_directories(folder);
    std::ofstream(folder / "journal", std::ios::binary) << damaged;

    const auto open = opened(folder).open_faults();

    ASSERT_TRUE(open->is_damaged) << at;
    ASSERT_FALSE(opened(folder).entries()) << at;
  }
}

TEST(Journal, IsEmptiedOnceNothingIsOpen) {
  const Host host;
  Journal journal = opened(host.folder() / "state");
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_PREPARED)));
  ASSERT_TRUE(journal.tidy_up());
  EXPECT_FALSE(bytes_of(host.folder() / "state/journal").empty());
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_REVERTED)));

  ASSERT_TRUE(journal.tidy_up());

  EXPECT_TRUE(bytes_of(host.folder() / "state/journal").empty());
}

TEST(Journal, RefusesWhatTheDiskCannotTakeAndKeepsTheRest) {
  const Host host;
  Journal journal = opened(host.folder() / "state");
  ASSERT_TRUE(journal.append(entry("one", v1::JOURNAL_STEP_PREPARED)));
  const std::size_t size = bytes_of(host.folder() / "state/journal").size();
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{.rlim_cur = size + 10, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);

  const Status written = journal.append(entry("two", v1::JOURNAL_STEP_PREPARED));

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::unavailable);
  EXPECT_EQ(journal.open_faults()->faults.size(), 1U);
  EXPECT_FALSE(journal.open_faults()->is_damaged);
}

TEST(Journal, GivesUpWaitingForALockThatNobodyLetsGo) {
  const Host host;
  Journal one = opened(host.folder() / "state");
  Journal other = opened(host.folder() / "state");
  const auto held = one.lock(1);
  ASSERT_TRUE(held);

  const auto refused = other.lock(0.05);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::timed_out);
}

}  // namespace
}  // namespace chokepoint::agents
