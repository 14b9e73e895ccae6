#include "cli/render/phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "cli/render/cause.h"
#include "cli/render/clock.h"
#include "cli/render/lanes.h"
#include "cli/render/table.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kMostLines = 24;

struct Change {
  double at_s = 0;
  int order = 0;  // at one instant: faults, components, what opens in stages, capabilities
  Cell what = {};
  std::string length = {};
  std::string cause = {};
};

int order_of(const Lane& lane) {
  if (lane.scope == "capability") return 3;
  return lane.stages.empty() ? 1 : 2;
}

// Capabilities, what opens in stages, and whatever else was worse off than degraded, or in a state
// of its own, for a while.
bool is_told(const Lane& lane) {
  return order_of(lane) > 1 ||
         (lane.scope == "component" &&
          std::any_of(lane.segments.begin(), lane.segments.end(), [](const Segment& one) {
            return one.level != Level::up && one.state != name_of(Level::degraded);
          }));
}

std::vector<Lane> told_lanes(const v1::RunRecord& record) {
  std::vector<Lane> lanes = lanes_of(record);
  std::erase_if(lanes, [](const Lane& lane) { return !is_told(lane); });
  return lanes;
}

std::size_t changes_in(const std::vector<Lane>& lanes) {
  std::size_t count = 0;
  for (const Lane& lane : lanes) count += lane.segments.size() - 1;
  return count;
}

// Merges more and more, until few enough lines are left or nothing is left to merge.
std::vector<Lane> readable_lanes(const v1::RunRecord& record, std::size_t room) {
  const std::vector<Lane> exact = told_lanes(record);
  std::vector<Lane> lanes = exact;
  constexpr double kFirstShare = 1.0 / 1024;
  for (double share = kFirstShare; share <= 2 && changes_in(lanes) > room; share *= 2) {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      lanes[i] = simplified(exact[i], share * record.horizon_s());
    }
  }
  return lanes;
}

std::string text_of(const Lane& lane, const Segment& segment) {
  if (segment.merged > 1) {
    return fmt::format("{} changed {} times, at worst {}", lane.subject, segment.merged,
                       segment.state);
  }
  return fmt::format("{} {}{}", lane.subject, segment.state,
                     segment.level == Level::up ? " again" : "");
}

void add_changes(const v1::RunRecord& record, const Lane& lane, std::vector<Change>& changes) {
  for (const Segment& segment : lane.segments) {
    const bool is_start = segment.from_s <= 0;
    if (is_start && segment.level == Level::up) continue;
    const bool lasts = segment.to_s >= record.horizon_s();
    changes.push_back({.at_s = segment.from_s,
                       .order = order_of(lane),
                       .what = {text_of(lane, segment), tone_of(segment.level)},
                       .length = lasts ? "to the end" : length_of(segment.to_s - segment.from_s),
                       .cause = because(record, segment.cause, segment.from_s)});
  }
}

std::vector<Change> faults_of(const v1::RunRecord& record) {
  std::vector<Change> changes;
  for (const v1::Event& event : record.events()) {
    if (event.kind() != v1::EVENT_KIND_FAULT) continue;
    changes.push_back({.at_s = event.at_s(),
                       .what = {fmt::format("{} {}", event.subject(), event.text()), Tone::strong},
                       .cause = because(record, event.cause(), event.at_s())});
  }
  return changes;
}

// Keeps the first and the last few of too many faults.
std::size_t shorten(std::vector<Change>& changes, std::size_t most) {
  if (changes.size() <= most) return 0;
  const std::size_t gone = changes.size() - most;
  const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(most / 2);
  changes.erase(middle, middle + static_cast<std::ptrdiff_t>(gone));
  return gone;
}

}  // namespace

std::string phases(const v1::RunRecord& record, Colour colour) {
  std::vector<Change> changes = faults_of(record);
  const std::size_t faults_gone = shorten(changes, kMostLines / 2);
  for (const Lane& lane : readable_lanes(record, kMostLines - changes.size())) {
    add_changes(record, lane, changes);
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::tie(a.at_s, a.order) < std::tie(b.at_s, b.order);
  });
  const std::size_t gone = shorten(changes, 2 * kMostLines);

  const Clock clock(record);
  Table table({Align::right, Align::left, Align::left, Align::right, Align::left});
  if (!changes.empty()) {
    table.add({{"UTC", Tone::dim},
               {"since start", Tone::dim},
               {"what", Tone::dim},
               {"for", Tone::dim},
               {"because of", Tone::dim}});
  }
  double last_s = kLongBefore;
  for (const Change& change : changes) {
    table.add({{clock.instant(change.at_s, last_s)},
               {offset_of(change.at_s), Tone::dim},
               change.what,
               {change.length},
               {change.cause}});
    last_s = change.at_s;
  }
  std::string text = table.text(colour);
  if (changes.empty()) text += "  nothing: everything was up throughout\n";
  if (gone + faults_gone > 0) {
    text += fmt::format("  ({} more in the middle left out; --out writes them all)\n",
                        gone + faults_gone);
  }
  return text;
}

}  // namespace chokepoint::cli
