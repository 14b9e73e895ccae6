#include "cli/watching.h"

#include <fmt/format.h>

#include "cli/io.h"
#include "cli/render/gameday_status.h"

namespace chokepoint::cli {

Watching::Watching(const Io& io) : stream_(io.err), is_live_(is_terminal(io.err)) {}

void Watching::show(const v1::GameDayStatus& status) {
  const Colour colour = colour_for(stream_);
  end();
  for (const NewsLine& line : news_of(status, colour)) {
    std::string& last = said_[line.about];
    if (last == line.text) continue;
    last = line.text;
    fmt::print(stream_, "{:>8} {}\n", clock_of(status.at_s()), line.text);
  }
  if (is_live_) fmt::print(stream_, "{}", standing_line(status, colour));
  std::fflush(stream_);
}

void Watching::end() {
  if (is_live_) std::fputs(kClearLine, stream_);
}

}  // namespace chokepoint::cli
