#pragma once
// What a controller must still know after a crash: plans, everything that happened in each game
// day, the stop, and who asked for what. One file of SQLite in a folder, whose owner is one
// process.
//
// What happened is a journal of notes, written before anybody is told or ordered; the state of a
// game day is its last StateNote. When the disk is full a reserve is given up once, so that the
// game day that runs can be ended and written down to its end; is_full() says so from then on.
//
// Thread rule: any thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "controller/store/audit.h"
#include "controller/store/database.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

struct StoredGameDay {
  std::string id = {};
  std::string by = {};  // who submitted the plan
  double submitted_at = 0;
  v1::GameDayPlan plan = {};
};

struct StoredNote {
  std::string id;           // of the game day
  std::int64_t number = 0;  // in the order of writing, over all game days
  v1::GameDayNote note;
};

// Nothing may begin while there is one.
struct StandingStop {
  std::string by;
  std::string reason;
};

class Store {
 public:
  // Makes the folder if need be. Errors: conflict while another process has it open; unavailable.
  static Result<std::unique_ptr<Store>> open(const std::string& folder);
  // Of a folder that a controller may have open. Errors: not_found, unavailable.
  static Result<AuditTrail> read_audit(const std::string& folder);
  ~Store();

  // Each of these is on disk when it returns. Errors: unavailable; nothing is written then.
  Status add(const StoredGameDay& game_day);
  // Gives the number of the note, above that of every note before.
  Result<std::int64_t> note(const std::string& id, const v1::GameDayNote& note);
  // All of them or none; gives the number of the last one.
  Result<std::int64_t> notes(const std::string& id, const std::vector<v1::GameDayNote>& notes);
  Status set_stop(const std::optional<StandingStop>& stop);
  Status audit(const AuditEntry& entry) { return audit(std::vector{entry}); }
  // All of them or none, in their order.
  Status audit(const std::vector<AuditEntry>& entries);

  // In order of submission.
  Result<std::vector<StoredGameDay>> game_days();
  // Nothing when there is none of that id.
  Result<std::optional<StoredGameDay>> game_day(const std::string& id);
  Result<std::vector<StoredNote>> notes_of(const std::string& id);
  // Of all game days, the oldest first, above a number; at most so many.
  Result<std::vector<StoredNote>> notes_above(std::int64_t number, std::int64_t most);
  Result<std::optional<StandingStop>> stop();
  // Everything, oldest first, with whether the chain of hashes holds. See audit.h.
  Result<AuditTrail> audit_trail();

  bool is_full() const { return is_full_; }

 private:
  Store(std::string folder, int lock, Database database);
  Status make_tables();
  // Runs it in a transaction; once more after the reserve is given up.
  template <class Work>
  Status write(Work work);
  bool give_up_reserve();
  static Result<std::vector<StoredGameDay>> read_game_days(Statement rows);
  static Result<std::vector<StoredNote>> read_notes(Statement rows);

  std::string folder_;
  int lock_;
  std::mutex mutex_;
  Database database_;
  std::string last_hash_;
  std::atomic<bool> is_full_ = false;
};

}  // namespace chokepoint::controller
