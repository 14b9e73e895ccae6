#pragma once
// A thin window onto SQLite: what the store needs of it, and its errors as values. Thread rule: the
// caller locks.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "scenarios/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace chokepoint::controller {

// One prepared statement. Values are bound in order, from 1 on.
class Statement {
 public:
  Statement& bind(std::string_view text);  // copied; may hold any bytes
  Statement& bind(double value);
  Statement& bind(std::int64_t value);

  // True with a row, false at the end. Errors: unavailable (the disk is full, or cannot be read or
  // written); nothing is changed then.
  Result<bool> step();

  std::string text(int column) const;
  double real(int column) const;
  std::int64_t integer(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3* database) : database_(database) {}
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

class Database {
 public:
  // Opens or makes the file; every commit is on disk when it returns. Errors: unavailable.
  static Result<Database> open(const std::string& path);

  // Several statements without values. Errors: as for Statement::step.
  Status execute(const std::string& statements);
  // Whether the last error was for want of room on the disk.
  bool was_full() const;
  // Asserts that the text is right, since it is ours; other errors are those of the first step.
  Statement prepare(std::string_view statement);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace chokepoint::controller
