#include "agents/link/line.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace chokepoint::agents {
namespace {

constexpr std::chrono::seconds kLongestPause(10);

}  // namespace

void Line::keep_up(const std::function<v1::Hello()>& hello) {
  if (link_ && link_->has_ended()) hang_up();
  if (!link_ && Clock::now() >= dial_at_) dial();
  if (!link_ || is_up_ || !link_->is_connected()) return;
  v1::FromAgent first;
  *first.mutable_hello() = hello();
  link_->send(first);
  is_up_ = true;
  spdlog::info("connected to {}", controller_.address());
}

void Line::dial() {
  auto dialled = Link::dial(controller_);
  dialled_ = Clock::now();
  if (dialled) {
    link_ = *std::move(dialled);
    return;
  }
  warn(dialled.error().message);
  put_off_dialling();
}

void Line::hang_up() {
  if (is_up_) {
    warn(fmt::format("the call to {} ended: {}", controller_.address(), link_->last_words()));
  } else {
    warn(link_->last_words());
  }
  // A controller that answers only to refuse is asked less and less often, too.
  if (is_up_ && Clock::now() - dialled_ > kLongestPause) {
    pause_ = kFirstPause;
    last_failure_.clear();
  }
  link_.reset();
  is_up_ = false;
  put_off_dialling();
}

void Line::warn(const std::string& failure) {
  if (failure != last_failure_) spdlog::warn("{}", failure);
  last_failure_ = failure;
}

// A little at random, so that a thousand agents do not come back in the same moment.
void Line::put_off_dialling() {
  std::uniform_real_distribution<double> spread(0.5, 1.5);
  dial_at_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(pause_ * spread(random_));
  pause_ = std::min<Clock::duration>(2 * pause_, kLongestPause);
}

}  // namespace chokepoint::agents
