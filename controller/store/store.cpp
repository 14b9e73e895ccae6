#include "controller/store/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace chokepoint::controller {
namespace {

namespace fs = std::filesystem;

constexpr int kVersion = 1;
constexpr off_t kReserve = 8 << 20;

constexpr const char* kTables = R"(
CREATE TABLE game_days (id TEXT PRIMARY KEY, by TEXT, submitted_at REAL, plan BLOB);
CREATE TABLE notes (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, note BLOB);
CREATE INDEX notes_by_id ON notes (id, number);
CREATE TABLE stop (by TEXT, reason TEXT);
CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, role TEXT, name TEXT,
                    peer TEXT, call TEXT, allowed INTEGER, detail TEXT, hash TEXT);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit'); END;
CREATE TRIGGER audit_goes_on BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit'); END;
)";

Error failure(const std::string& what) {
  return {.code = Code::unavailable,
          .message = fmt::format("{}: {}", what, std::strerror(errno)),
          .hint = "look at 'state' in the controller's configuration"};
}

// Held as long as the process lives.
Result<int> lock_of(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return failure("cannot open " + path);
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  ::close(lock);
  return Error{.code = Code::conflict,
               .message = fmt::format("another controller has {} open", folder),
               .hint = "one controller a folder: stop the other one, or name another 'state'"};
}

// Room that is kept for the end of a game day whose disk is full.
Status make_reserve(const std::string& folder) {
  const std::string path = folder + "/reserve";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failure("cannot open " + path);
  const int error = ::posix_fallocate(file, 0, kReserve);
  ::close(file);
  if (error == 0) return Ok{};
  ::unlink(path.c_str());
  errno = error;
  return failure("cannot keep 8 MB in " + folder);
}

Result<AuditTrail> trail_in(Database& database) {
  AuditTrail trail;
  std::string before;
  Statement rows = database.prepare(
      "SELECT at, role, name, peer, call, allowed, detail, hash FROM audit ORDER BY number");
  while (true) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return trail;
    ChainedEntry& one = trail.entries.emplace_back();
    one.entry = {.at = rows.real(0),
                 .role = rows.text(1),
                 .name = rows.text(2),
                 .from = rows.text(3),
                 .call = rows.text(4),
                 .allowed = rows.integer(5) != 0,
                 .detail = rows.text(6)};
    one.hash = rows.text(7);
    trail.is_whole = trail.is_whole && one.hash == hash_of(before, one.entry);
    before = one.hash;
  }
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const Result<int> lock = lock_of(folder);
  if (!lock) return lock.error();
  if (Status kept = make_reserve(folder); !kept) {
    ::close(*lock);
    return kept.error();
  }
  Result<Database> database = Database::open(folder + "/controller.db");
  if (!database) {
    ::close(*lock);
    return database.error();
  }
  std::unique_ptr<Store> store(new Store(folder, *lock, *std::move(database)));
  if (Status made = store->make_tables(); !made) return made.error();
  return store;
}

Store::Store(std::string folder, int lock, Database database)
    : folder_(std::move(folder)), lock_(lock), database_(std::move(database)) {}

Store::~Store() { ::close(lock_); }

Status Store::make_tables() {
  Statement version = database_.prepare("PRAGMA user_version");
  const Result<bool> read = version.step();
  if (!read) return read.error();
  const std::int64_t found = version.integer(0);
  if (found > kVersion) {
    return Error{.code = Code::unavailable,
                 .message = fmt::format("{} was written by a newer controller", folder_),
                 .hint = "use that one, or name another 'state'"};
  }
  if (found == 0) {
    if (Status made = database_.execute(
            fmt::format("BEGIN; {} PRAGMA user_version = {}; COMMIT;", kTables, kVersion));
        !made) {
      return made;
    }
  }
  Statement last = database_.prepare("SELECT hash FROM audit ORDER BY number DESC LIMIT 1");
  const Result<bool> has_one = last.step();
  if (!has_one) return has_one.error();
  if (*has_one) last_hash_ = last.text(0);
  return Ok{};
}

bool Store::give_up_reserve() {
  is_full_ = true;
  return ::unlink((folder_ + "/reserve").c_str()) == 0;
}

template <class Work>
Status Store::write(Work work) {
  bool was_full = false;
  const auto attempt = [&]() -> Status {
    if (Status begun = database_.execute("BEGIN IMMEDIATE"); !begun) {
      was_full = database_.was_full();
      return begun;
    }
    Status done = work();
    if (done) done = database_.execute("COMMIT");
    if (!done) {
      was_full = database_.was_full();
      (void)database_.execute("ROLLBACK");
    }
    return done;
  };
  Status done = attempt();
  if (!done && was_full && give_up_reserve()) done = attempt();
  return done;
}

Status Store::add(const StoredGameDay& game_day) {
  const std::lock_guard lock(mutex_);
  return write([&]() -> Status {
    const Result<bool> added = database_.prepare("INSERT INTO game_days VALUES (?, ?, ?, ?)")
                                   .bind(game_day.id)
                                   .bind(game_day.by)
                                   .bind(game_day.submitted_at)
                                   .bind(game_day.plan.SerializeAsString())
                                   .step();
    if (!added) return added.error();
    return Ok{};
  });
}

Result<std::int64_t> Store::note(const std::string& id, const v1::GameDayNote& note) {
  return notes(id, {note});
}

Result<std::int64_t> Store::notes(const std::string& id,
                                  const std::vector<v1::GameDayNote>& notes) {
  const std::lock_guard lock(mutex_);
  std::int64_t number = 0;
  const Status written = write([&]() -> Status {
    for (const v1::GameDayNote& note : notes) {
      const Result<bool> added = database_.prepare("INSERT INTO notes (id, note) VALUES (?, ?)")
                                     .bind(id)
                                     .bind(note.SerializeAsString())
                                     .step();
      if (!added) return added.error();
    }
    Statement last = database_.prepare("SELECT last_insert_rowid()");
    const Result<bool> read = last.step();
    if (!read) return read.error();
    number = last.integer(0);
    return Ok{};
  });
  if (!written) return written.error();
  return number;
}

Status Store::set_stop(const std::optional<StandingStop>& stop) {
  const std::lock_guard lock(mutex_);
  return write([&]() -> Status {
    if (Status cleared = database_.execute("DELETE FROM stop"); !cleared) return cleared;
    if (!stop) return Ok{};
    const Result<bool> added = database_.prepare("INSERT INTO stop VALUES (?, ?)")
                                   .bind(stop->by)
                                   .bind(stop->reason)
                                   .step();
    if (!added) return added.error();
    return Ok{};
  });
}

Status Store::audit(const std::vector<AuditEntry>& entries) {
  const std::lock_guard lock(mutex_);
  std::string hash;
  const Status written = write([&]() -> Status {
    hash = last_hash_;
    for (const AuditEntry& entry : entries) {
      hash = hash_of(hash, entry);
      const Result<bool> added =
          database_
              .prepare(
                  "INSERT INTO audit (at, role, name, peer, call, allowed, detail, hash) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
              .bind(entry.at)
              .bind(entry.role)
              .bind(entry.name)
              .bind(entry.from)
              .bind(entry.call)
              .bind(std::int64_t{entry.allowed ? 1 : 0})
              .bind(entry.detail)
              .bind(hash)
              .step();
      if (!added) return added.error();
    }
    return Ok{};
  });
  if (written) last_hash_ = hash;
  return written;
}

Result<std::vector<StoredGameDay>> Store::game_days() {
  const std::lock_guard lock(mutex_);
  return read_game_days(
      database_.prepare("SELECT id, by, submitted_at, plan FROM game_days ORDER BY submitted_at"));
}

Result<std::optional<StoredGameDay>> Store::game_day(const std::string& id) {
  const std::lock_guard lock(mutex_);
  // As it was bound when it was written: bytes equal no text.
  Statement rows =
      database_.prepare("SELECT id, by, submitted_at, plan FROM game_days WHERE id = ?");
  rows.bind(id);
  auto all = read_game_days(std::move(rows));
  if (!all) return all.error();
  if (all->empty()) return std::optional<StoredGameDay>();
  return std::optional(std::move(all->front()));
}

Result<std::vector<StoredGameDay>> Store::read_game_days(Statement rows) {
  std::vector<StoredGameDay> all;
  while (true) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return all;
    StoredGameDay& one = all.emplace_back();
    one.id = rows.text(0);
    one.by = rows.text(1);
    one.submitted_at = rows.real(2);
    one.plan.ParseFromString(rows.text(3));
  }
}

Result<std::vector<StoredNote>> Store::read_notes(Statement rows) {
  std::vector<StoredNote> all;
  while (true) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return all;
    StoredNote& one = all.emplace_back();
    one.id = rows.text(0);
    one.number = rows.integer(1);
    one.note.ParseFromString(rows.text(2));
  }
}

Result<std::vector<StoredNote>> Store::notes_of(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement rows =
      database_.prepare("SELECT id, number, note FROM notes WHERE id = ? ORDER BY number");
  rows.bind(id);
  return read_notes(std::move(rows));
}

Result<std::vector<StoredNote>> Store::notes_above(std::int64_t number, std::int64_t most) {
  const std::lock_guard lock(mutex_);
  Statement rows = database_.prepare(
      "SELECT id, number, note FROM notes WHERE number > ? ORDER BY number LIMIT ?");
  rows.bind(number).bind(most);
  return read_notes(std::move(rows));
}

Result<std::optional<StandingStop>> Store::stop() {
  const std::lock_guard lock(mutex_);
  Statement row = database_.prepare("SELECT by, reason FROM stop");
  const Result<bool> found = row.step();
  if (!found) return found.error();
  if (!*found) return std::optional<StandingStop>();
  return std::optional<StandingStop>({.by = row.text(0), .reason = row.text(1)});
}

Result<AuditTrail> Store::audit_trail() {
  const std::lock_guard lock(mutex_);
  return trail_in(database_);
}

Result<AuditTrail> Store::read_audit(const std::string& folder) {
  const std::string path = folder + "/controller.db";
  std::error_code error;
  if (!fs::exists(path, error)) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("no controller has written to {}", folder),
                 .hint = "look at 'state' in the controller's configuration"};
  }
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  return trail_in(*database);
}

}  // namespace chokepoint::controller
