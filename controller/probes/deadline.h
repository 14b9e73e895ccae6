#pragma once
// When one question began and when it must be over, by the steady clock.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "controller/probes/asker.h"
#include "controller/probes/one_line.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // From now on; in seconds.
  explicit Deadline(double timeout) : timeout_(timeout) {}

  Clock::time_point at() const {
    return began_ +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout_));
  }
  bool is_over() const { return Clock::now() >= at(); }
  double took_s() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

  // For poll(2): rounded up, so that nobody spins through the last millisecond.
  int left_ms() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at() - Clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
  }

  // "no answer within 1s".
  std::string missed(const std::string& what) const {
    return "no " + what + " within " + format_quantity(timeout_, v1::UNIT_DURATION);
  }

  // "200 after 12ms".
  Answer good(const std::string& what) const {
    constexpr double kFinest = 1e-4;  // seconds; whatever is finer is the machine's mood
    const double took = took_s();
    const double shown = std::max(kFinest, std::round(took / kFinest) * kFinest);
    return {.is_good = true,
            .text = one_line(what + " after " + format_quantity(shown, v1::UNIT_DURATION)),
            .took_s = took};
  }
  Answer bad(const std::string& why) const {
    return {.is_good = false, .text = one_line(why), .took_s = took_s()};
  }

 private:
  double timeout_;
  Clock::time_point began_ = Clock::now();
};

}  // namespace chokepoint::controller
