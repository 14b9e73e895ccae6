#pragma once
// A game day as somebody at a terminal follows it: a line for everything that happens, and on a
// terminal one below them that says how things stand. On stderr; the result is something else.

#include <map>
#include <string>

#include "chokepoint/v1/game_day.pb.h"
#include "cli/io.h"

namespace chokepoint::cli {

class Watching {
 public:
  explicit Watching(const Io& io);

  void show(const v1::GameDayStatus& status);
  // Takes the last line away.
  void end();

 private:
  std::FILE* stream_;
  bool is_live_;
  std::map<std::string, std::string> said_;  // about what, the last thing
};

}  // namespace chokepoint::cli
