#include "cli/tries.h"

#include <fmt/format.h>

#include "cli/io.h"

namespace chokepoint::cli {

Tries::Tries(std::FILE* stream) : stream_(stream), is_shown_(is_terminal(stream)) {}

Tries::~Tries() {
  if (!is_drawn_) return;
  std::fputs(kClearLine, stream_);
  std::fflush(stream_);
}

void Tries::show(std::size_t count, double best_score) {
  if (!is_shown_) return;
  fmt::print(stream_, "{}  {} sets of values tried, best score {:.3f}", kClearLine, count,
             best_score);
  std::fflush(stream_);
  is_drawn_ = true;
}

}  // namespace chokepoint::cli
