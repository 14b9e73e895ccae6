#include "controller/probes/turns.h"

#include <algorithm>

namespace chokepoint::controller {

std::optional<Turn> Turns::take(const Asked& asked) {
  if (asked.answer.is_good) {
    in_a_row_ = 0;
    if (is_up_ == true) return std::nullopt;
    is_up_ = true;
    return Turn{.is_up = true, .at = asked.began, .text = asked.answer.text};
  }
  if (is_up_ == false) return std::nullopt;
  if (in_a_row_ == 0) down_ = {.is_up = false, .at = asked.began, .text = asked.answer.text};
  if (++in_a_row_ < failures_) return std::nullopt;
  is_up_ = false;
  return down_;
}

SteadyTime next_point(SteadyTime began, SteadyTime::duration every, SteadyTime last,
                      SteadyTime now) {
  const auto after_last = (last - began) / every + 1;
  const auto from_now = now <= began ? 0 : (now - began + every - SteadyTime::duration(1)) / every;
  return began + std::max(after_last, from_now) * every;
}

}  // namespace chokepoint::controller
