#pragma once
// From single answers to a capability that is up or down. No clock and no thread: what it says
// follows from what it is told.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/probes/asker.h"

namespace chokepoint::controller {

using SteadyTime = std::chrono::steady_clock::time_point;

// Every single question.
struct Asked {
  SteadyTime began;
  Answer answer;
};

struct Turn {
  bool is_up = false;
  // When the first of the failures in a row began to be asked, or the first good answer.
  SteadyTime at;
  std::string text;  // of the answer to that question
};

// Before the first turn it is not known what the capability is: one good answer says up, `failures`
// in a row say down. After that turns alternate.
class Turns {
 public:
  // At least 1.
  explicit Turns(std::uint32_t failures) : failures_(failures) {}

  // In the order in which they were asked.
  std::optional<Turn> take(const Asked& asked);

  std::optional<bool> is_up() const { return is_up_; }

 private:
  std::uint32_t failures_;
  std::uint32_t in_a_row_ = 0;
  Turn down_;  // what is said if it comes to that
  std::optional<bool> is_up_;
};

// The first point of the grid began, began + every, began + 2 every, ... that is later than `last`
// and not before `now`; a question that took longer than `every` so skips points rather than being
// followed by several at once. `every` is positive, `last` not before `began`.
SteadyTime next_point(SteadyTime began, SteadyTime::duration every, SteadyTime last,
                      SteadyTime now);

}  // namespace chokepoint::controller
