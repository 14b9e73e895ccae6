#include "cli/render/swimlane.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/render/axis.h"
#include "cli/render/clock.h"
#include "cli/render/lanes.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kNameWidth = 22;
constexpr std::size_t kSlots = 72;
static_assert(2 + kNameWidth + 2 + kSlots <= kLineWidth);

// A line that goes on, a shade, a block; a stage by its number.
std::string glyph(const Lane& lane, const Segment& segment) {
  if (segment.level == Level::up) return "─";
  if (segment.level == Level::down) return "█";
  if (lane.stages.empty()) return "▒";
  const auto stage = std::find(lane.stages.begin(), lane.stages.end(), segment.state);
  const auto number = stage - lane.stages.begin() + 1;
  return number < 10 ? fmt::format("{}", number) : "+";
}

std::string lane_text(const Lane& lane, double horizon_s, Colour colour) {
  std::string line = fmt::format("  {:<{}}  ", shortened(lane.subject, kNameWidth), kNameWidth);
  const double slot = horizon_s / static_cast<double>(kSlots);
  std::string stretch;
  Tone tone = Tone::plain;
  for (std::size_t i = 0; i < kSlots; ++i) {
    const Segment* worst =
        worst_between(lane, static_cast<double>(i) * slot, static_cast<double>(i + 1) * slot);
    const Tone next = worst == nullptr ? Tone::plain : tone_of(worst->level);
    if (next != tone) {
      line += paint(stretch, tone, colour);
      stretch.clear();
      tone = next;
    }
    stretch += worst == nullptr ? " " : glyph(lane, *worst);
  }
  return line + paint(stretch, tone, colour) + "\n";
}

// Writes `text` at column `at`, unless it would touch what is there.
void place(std::string& line, std::size_t at, const std::string& text) {
  if (line.size() >= at) return;
  line.append(at - line.size(), ' ');
  line += text;
}

std::string axis_text(const Clock& clock, double horizon_s, Colour colour) {
  constexpr std::size_t kMargin = 2 + kNameWidth + 2;
  std::string clocks;
  std::string offsets;
  std::string marks;
  double last = 0;
  place(clocks, 2, "UTC");
  const auto widest = static_cast<int>(clock.instant(0).size()) + 1;
  for (const double tick : ticks(horizon_s, static_cast<int>(kSlots) / widest)) {
    const auto slot = static_cast<std::size_t>(tick / horizon_s * static_cast<double>(kSlots));
    const std::string label = tick == 0 ? clock.instant(0) : clock.instant(tick, last);
    if (kMargin + slot + label.size() <= kLineWidth) place(clocks, kMargin + slot, label);
    if (kMargin + slot + offset_of(tick).size() <= kLineWidth) {
      place(offsets, kMargin + slot, offset_of(tick));
    }
    while (width_of(marks) < kMargin + slot) marks += width_of(marks) < kMargin ? " " : "╌";
    marks += "┬";
    last = tick;
  }
  while (width_of(marks) < kMargin + kSlots) marks += "╌";
  return fmt::format("{}\n{}\n{}\n", clocks, paint(offsets, Tone::dim, colour),
                     paint(marks, Tone::dim, colour));
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string left_out(std::string_view what, std::size_t up, std::size_t other) {
  std::string text;
  if (other > 0)
    text += fmt::format("  … and {} more, in trouble for less long\n", counted(other, what));
  if (up > 0) text += fmt::format("  (not shown: {}, up throughout)\n", counted(up, what));
  return text;
}

std::string group(std::string_view title, const std::vector<Lane>& lanes, double horizon_s,
                  Colour colour) {
  if (lanes.empty()) return "";
  std::string text = "  " + paint(title, Tone::dim, colour) + "\n";
  for (const Lane& lane : lanes) text += lane_text(lane, horizon_s, colour);
  return text;
}

// The names of all states of one level that are drawn, each once.
std::string states_at(const Board& board, Level level) {
  std::vector<std::string> names = {std::string(name_of(level))};
  for (const std::vector<Lane>* lanes : {&board.capabilities, &board.components, &board.places}) {
    for (const Lane& lane : *lanes) {
      if (!lane.stages.empty()) continue;
      for (const Segment& segment : lane.segments) {
        const bool is_new = std::find(names.begin(), names.end(), segment.state) == names.end();
        if (segment.level == level && is_new) names.push_back(segment.state);
      }
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string stage_legend(const Board& board) {
  std::string text;
  for (const Lane& lane : board.components) {
    if (lane.stages.empty()) continue;
    std::string line = fmt::format("  {}: █ halted", lane.subject);
    for (std::size_t i = 0; i < lane.stages.size(); ++i) {
      const bool is_last = i + 1 == lane.stages.size();
      line += fmt::format("  {} {}", is_last ? "─" : fmt::format("{}", i + 1), lane.stages[i]);
    }
    if (width_of(line) <= kLineWidth) text += line + "\n";
  }
  return text;
}

std::string legend(const Board& board, double slot_s) {
  const std::string levels =
      fmt::format("  ─ {}  ▒ {}  █ {}", states_at(board, Level::up),
                  states_at(board, Level::degraded), states_at(board, Level::down));
  const std::string slot = "each character is the worst moment of " + length_of(slot_s);
  const bool fits = width_of(levels) + 2 + width_of(slot) <= kLineWidth;
  return levels + (fits ? "; " : "\n  ") + slot + "\n" + stage_legend(board);
}

}  // namespace

std::string swimlanes(const v1::RunRecord& record, Colour colour) {
  const Board board = board_of(record);
  const double horizon_s = record.horizon_s();
  if (board.capabilities.empty() && board.components.empty() && board.places.empty()) return "";
  const double slot = horizon_s / static_cast<double>(kSlots);
  return axis_text(Clock(record), horizon_s, colour) +
         group("capabilities", board.capabilities, horizon_s, colour) +
         group("components", board.components, horizon_s, colour) +
         left_out("component", board.components_up, board.components_other) +
         group("places", board.places, horizon_s, colour) +
         left_out("place", board.places_up, board.places_other) + legend(board, slot);
}

}  // namespace chokepoint::cli
