#include "cli/render/down_lanes.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/render/axis.h"
#include "cli/render/reading.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kLongestName = 20;
constexpr const char* kPredicted = "predicted";
constexpr const char* kObserved = "observed";
constexpr std::size_t kKindWidth = 11;  // of the two, with the space behind them
constexpr int kMostTicks = 6;

using Windows = google::protobuf::RepeatedPtrField<v1::DownWindow>;

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

// How a share of the runs looks.
const char* shade_of(double share) {
  if (share <= 0) return "·";
  if (share < 1.0 / 3) return "░";
  if (share < 2.0 / 3) return "▒";
  return share < 1 ? "▓" : "█";
}

std::string line_of(const Windows& windows, double horizon_s, std::size_t slots) {
  const double slot = horizon_s / static_cast<double>(slots);
  std::string line;
  for (std::size_t i = 0; i < slots; ++i) {
    const double from = slot * static_cast<double>(i);
    double worst = 0;
    for (const v1::DownWindow& window : windows) {
      const bool overlaps = window.from_s() < from + slot && window.to_s() > from;
      if (overlaps) worst = std::max(worst, window.share());
    }
    line += shade_of(worst);
  }
  return line;
}

std::string axis_of(double horizon_s, std::size_t slots) {
  std::string line(slots, ' ');
  for (const double tick : ticks(horizon_s, kMostTicks)) {
    const std::string text = reading(tick, v1::UNIT_DURATION);
    const auto at = static_cast<std::size_t>(tick / horizon_s * static_cast<double>(slots));
    if (at + text.size() <= slots) line.replace(at, text.size(), text);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string down_lanes(const v1::Comparison& comparison, Colour colour) {
  if (comparison.capabilities().empty() || comparison.horizon_s() <= 0) return "";
  std::size_t name_width = 0;
  for (const v1::ComparedCapability& one : comparison.capabilities()) {
    name_width = std::max(name_width, width_of(shortened(one.capability(), kLongestName)));
  }
  const std::size_t indent = 2 + name_width + 2 + kKindWidth;
  const std::size_t slots = kLineWidth - indent;
  const double horizon = comparison.horizon_s();
  std::string text =
      paint("Down", Tone::strong, colour) + " (░▒▓ in some of the predicting runs, █ in all)\n";
  for (const v1::ComparedCapability& one : comparison.capabilities()) {
    const std::string name = padded(shortened(one.capability(), kLongestName), name_width + 2);
    text += "  " + name + padded(kPredicted, kKindWidth) +
            paint(line_of(one.predicted_down(), horizon, slots), Tone::warning, colour) + "\n";
    text += "  " + padded("", name_width + 2) + padded(kObserved, kKindWidth) +
            paint(line_of(one.observed_down(), horizon, slots), Tone::bad, colour) + "\n";
  }
  return text + std::string(indent, ' ') + paint(axis_of(horizon, slots), Tone::dim, colour) + "\n";
}

}  // namespace chokepoint::cli
