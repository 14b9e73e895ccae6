#pragma once
// The agent's write-ahead journal: what must be undone is on disk before anything is changed. One
// file, appended to by the agent, the guardian and people who revert by hand; each record carries
// its length and a CRC, so that a record cut off by a crash or a full disk is seen and
// ignored.
//
// Thread rule: one object in one thread. Processes exclude each other by lock().

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/system/descriptor.h"
#include "chokepoint/v1/journal.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

class Journal {
 public:
  // Opens or creates `folder`/journal. Errors: denied, unavailable.
  static Result<Journal> open(const std::filesystem::path& folder);

  // Keeps other processes out until the lock dies. Waits for at most `seconds`, then gives
  // timed_out: whoever holds it may be stopped for good, and undoing must not wait for that.
  class Lock {
   public:
    explicit Lock(int number) : number_(number) {}
    Lock(Lock&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    int number_;
  };
  Result<Lock> lock(double seconds);

  // Appends and waits for the disk. On error nothing of it counts: a record that is not whole is
  // ignored. Errors: unavailable (disk full, for instance).
  Status append(v1::JournalEntry entry);

  // Everything that was written whole, in order. Errors: unavailable, or not_reverted when a record
  // in the middle is damaged: what follows cannot be read, and may be in place.
  Result<std::vector<v1::JournalEntry>> entries() const;

  // What is prepared or injected and not reverted, in order; as far as it can be read if the
  // journal is damaged.
  struct Open {
    std::vector<v1::JournalEntry> faults;  // the entries with JOURNAL_STEP_PREPARED
    bool is_damaged = false;
  };
  Result<Open> open_faults() const;

  // Empties it when nothing is open, so that it does not grow for ever. To be called under the
  // lock.
  Status tidy_up();

 private:
  Journal(std::filesystem::path path, Descriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  struct Contents {
    std::vector<v1::JournalEntry> entries;
    std::size_t good_bytes = 0;  // up to the end of the last whole record
    bool is_damaged = false;
  };
  Result<Contents> read() const;
  static Contents parse(std::string_view bytes);

  std::filesystem::path path_;
  Descriptor file_;
};

}  // namespace chokepoint::agents
