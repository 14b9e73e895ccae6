#include "controller/store/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

#include "scenarios/base/assert.h"

namespace chokepoint::controller {
namespace {

Error failure(sqlite3* database) {
  const bool is_full = sqlite3_errcode(database) == SQLITE_FULL;
  return {.code = Code::unavailable,
          .message = fmt::format("the controller's database: {}", sqlite3_errmsg(database)),
          .hint = is_full ? "make room on the disk of the controller's 'state'"
                          : "look at the disk of the controller's 'state'"};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_blob64(statement_.get(), ++bound_, text.empty() ? "" : text.data(), text.size(),
                      SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(double value) {
  sqlite3_bind_double(statement_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), ++bound_, value);
  return *this;
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return failure(database_);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return size == 0 ? "" : std::string(static_cast<const char*>(bytes), size);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  Database database(raw);
  if (opened != SQLITE_OK) return failure(raw);
  if (Status set = database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"); !set)
    return set.error();
  return database;
}

Status Database::execute(const std::string& statements) {
  if (sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure(database_.get());
  }
  return Ok{};
}

bool Database::was_full() const {
  return sqlite3_errcode(database_.get()) == SQLITE_FULL ||
         sqlite3_system_errno(database_.get()) == ENOSPC;
}

Statement Database::prepare(std::string_view statement) {
  Statement prepared(database_.get());
  sqlite3_stmt* raw = nullptr;
  const int result = sqlite3_prepare_v2(database_.get(), statement.data(),
                                        static_cast<int>(statement.size()), &raw, nullptr);
  prepared.statement_.reset(raw);
  // Whatever else went wrong (a disk that cannot be read) is said by the first step.
  CHOKEPOINT_ASSERT(result != SQLITE_ERROR, "our own statements fit our own tables");
  return prepared;
}

}  // namespace chokepoint::controller
