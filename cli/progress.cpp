#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/io.h"
#include "cli/render/clock.h"

namespace chokepoint::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 500ms;
constexpr auto kBetween = 100ms;
constexpr double kSlots = 40;
}  // namespace

Progress::Progress(std::FILE* stream, double horizon_s)
    : stream_(stream),
      horizon_s_(horizon_s),
      is_shown_(is_terminal(stream)),
      next_(WallClock::now() + kFirst) {}

Progress::~Progress() {
  if (!is_drawn_) return;
  std::fputs(kClearLine, stream_);
  std::fflush(stream_);
}

void Progress::show(double share) {
  if (!is_shown_ || WallClock::now() < next_) return;
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kSlots);
  std::string bar;
  for (std::size_t i = 0; i < static_cast<std::size_t>(kSlots); ++i) bar += i < full ? "█" : "░";
  const std::string line = fmt::format("{}  {} {:3.0f}%  simulated {} of {}", kClearLine,
                                       paint(bar, Tone::good, colour_for(stream_)), share * 100,
                                       length_of(share * horizon_s_), length_of(horizon_s_));
  std::fputs(line.c_str(), stream_);
  std::fflush(stream_);
  is_drawn_ = true;
  next_ = WallClock::now() + kBetween;
}

}  // namespace chokepoint::cli
