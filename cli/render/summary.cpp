#include "cli/render/summary.h"

#include <fmt/format.h>

#include "cli/render/clock.h"
#include "cli/render/lanes.h"
#include "cli/render/reading.h"
#include "cli/render/table.h"

namespace chokepoint::cli {
namespace {

double time_at(const Lane& lane, Level level) {
  double sum = 0;
  for (const Segment& segment : lane.segments) {
    if (segment.level == level) sum += segment.to_s - segment.from_s;
  }
  return sum;
}

// Of the time that is known.
double share_up(const Lane& lane) {
  const double up = time_at(lane, Level::up);
  return up / (up + time_at(lane, Level::degraded) + time_at(lane, Level::down));
}

Cell length_cell(double seconds, Tone tone) {
  return seconds > 0 ? Cell{length_of(seconds), tone} : Cell{"-", Tone::dim};
}

Cell first_down(const Lane& lane, const Clock& clock) {
  for (const Segment& segment : lane.segments) {
    if (segment.level != Level::down) continue;
    return {fmt::format("{} ({})", clock.instant(segment.from_s), offset_of(segment.from_s))};
  }
  return {"never", Tone::dim};
}

Cell up_again(const Lane& lane, const Clock& clock) {
  if (is_always_up(lane)) return {"-", Tone::dim};
  const Segment& last = lane.segments.back();
  if (last.level != Level::up)
    return {fmt::format("not yet: {} at the end", last.state), Tone::bad};
  return {fmt::format("{} ({})", clock.instant(last.from_s), offset_of(last.from_s))};
}

}  // namespace

std::string summary(const v1::RunRecord& record, Colour colour) {
  const Clock clock(record);
  Table table({Align::left, Align::right, Align::right, Align::right, Align::left, Align::left});
  for (const Lane& lane : board_of(record).capabilities) {
    if (table.is_empty()) {
      table.add({{"capability", Tone::dim},
                 {"fully up", Tone::dim},
                 {"down", Tone::dim},
                 {"degraded", Tone::dim},
                 {"first down", Tone::dim},
                 {"up again for good", Tone::dim}});
    }
    table.add({{lane.subject, Tone::strong},
               {reading(share_up(lane), v1::UNIT_RATIO)},
               length_cell(time_at(lane, Level::down), Tone::bad),
               length_cell(time_at(lane, Level::degraded), Tone::warning),
               first_down(lane, clock),
               up_again(lane, clock)});
  }
  return table.text(colour);
}

}  // namespace chokepoint::cli
