#include "cli/counted.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/io.h"
#include "cli/render/reading.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenLines{100};

}  // namespace

Counted::Counted(std::FILE* stream)
    : stream_(stream),
      is_shown_(is_terminal(stream)),
      begun_(WallClock::now()),
      next_(begun_ + kBetweenLines) {}

Counted::~Counted() {
  if (!is_drawn_) return;
  std::fputs(kClearLine, stream_);
  std::fflush(stream_);
}

void Counted::show(std::uint64_t done, std::uint64_t all) {
  if (!is_shown_ || WallClock::now() < next_ || done == 0) return;
  next_ = WallClock::now() + kBetweenLines;
  const std::chrono::duration<double> passed = WallClock::now() - begun_;
  const double left = passed.count() * static_cast<double>(all - done) / static_cast<double>(done);
  fmt::print(stream_, "{}  {} of {} runs, about {} left", kClearLine,
             reading(static_cast<double>(done), v1::UNIT_NONE),
             reading(static_cast<double>(all), v1::UNIT_NONE), format_duration(std::ceil(left)));
  std::fflush(stream_);
  is_drawn_ = true;
}

}  // namespace chokepoint::cli
