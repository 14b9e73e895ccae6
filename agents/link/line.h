#pragma once
// The way to the controller, kept up: dials, says hello, dials again when a call has ended, less
// and less often. Waits for nothing. Thread rule: one thread uses it.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "agents/link/link.h"

namespace chokepoint::agents {

class Line {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Line(v1::ControllerAddress controller) : controller_(std::move(controller)) {}

  // Does what is due; what `hello` returns is the first that the controller hears. Failures are
  // logged, the same one over and over once.
  void keep_up(const std::function<v1::Hello()>& hello);
  // Since hello was said.
  bool is_up() const { return is_up_; }

  // The next order; nothing when there is none so far.
  std::optional<v1::ToAgent> next() { return is_up_ ? link_->next() : std::nullopt; }
  // Lost while it is not up.
  void send(const v1::FromAgent& message) {
    if (is_up_) link_->send(message);
  }

  // Readable when there is something to do; -1 between two calls.
  int event() const { return link_ ? link_->event() : -1; }
  // When to dial; nothing during a call.
  std::optional<Clock::time_point> due() const {
    return link_ ? std::nullopt : std::optional(dial_at_);
  }

 private:
  void dial();
  void hang_up();
  void warn(const std::string& failure);
  void put_off_dialling();

  v1::ControllerAddress controller_;
  std::unique_ptr<Link> link_;
  bool is_up_ = false;
  Clock::duration pause_ = kFirstPause;
  Clock::time_point dial_at_ = Clock::now();
  Clock::time_point dialled_ = Clock::now();
  std::string last_failure_;
  std::mt19937_64 random_{std::random_device{}()};

  static constexpr std::chrono::milliseconds kFirstPause{500};  // doubled with each failure
};

}  // namespace chokepoint::agents
