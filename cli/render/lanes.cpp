#include "cli/render/lanes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace chokepoint::cli {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostLanes = 12;
constexpr std::string_view kHalted = "halted";

// What a state of a lane without stages means; nothing for one that is not known.
std::optional<Level> level_of(std::string_view state) {
  static constexpr std::array kUp = {"up"sv, "cool"sv};
  static constexpr std::array kDegraded = {"degraded"sv,      "hot"sv,      "draining"sv,
                                           "order pending"sv, "deceived"sv, "default answers"sv};
  static constexpr std::array kDown = {"down"sv,   "no quorum"sv,  "electing"sv,
                                       "paused"sv, "no answers"sv, "captured"sv};
  const auto is_one_of = [&](const auto& names) {
    return std::find(names.begin(), names.end(), state) != names.end();
  };
  if (is_one_of(kUp)) return Level::up;
  if (is_one_of(kDegraded)) return Level::degraded;
  if (is_one_of(kDown)) return Level::down;
  return std::nullopt;
}

// Something that opens in stages stands at one of its gates, or is halted.
bool has_stages(const Lane& lane) {
  return std::any_of(lane.segments.begin(), lane.segments.end(), [](const Segment& segment) {
    return segment.state == kHalted || !level_of(segment.state);
  });
}

// The record does not list the gates, but shows them opening: a component that is not halted at the
// start stands at its last gate there, and the others open in their order after a halt.
std::vector<std::string> stages_of(const std::vector<Segment>& segments) {
  std::vector<std::string> stages;
  const std::string& first = segments.front().state;
  for (const Segment& segment : segments) {
    const bool is_known = std::find(stages.begin(), stages.end(), segment.state) != stages.end();
    if (segment.state != kHalted && segment.state != first && !is_known) {
      stages.push_back(segment.state);
    }
  }
  if (first != kHalted) stages.push_back(first);
  return stages;
}

void grade_by_level(Segment& segment) {
  segment.level = level_of(segment.state).value_or(Level::degraded);
  segment.severity = static_cast<int>(segment.level);
}

void grade_by_stage(Segment& segment, const std::vector<std::string>& stages) {
  const auto stage = std::find(stages.begin(), stages.end(), segment.state);
  const auto gates_shut = stages.end() - stage - 1;
  if (stage == stages.end()) {
    segment.level = Level::down;
    segment.severity = static_cast<int>(stages.size());
  } else {
    segment.level = gates_shut == 0 ? Level::up : Level::degraded;
    segment.severity = static_cast<int>(gates_shut);
  }
}

void grade(Lane& lane) {
  if (has_stages(lane)) {
    lane.stages = stages_of(lane.segments);
    for (Segment& segment : lane.segments) grade_by_stage(segment, lane.stages);
  } else {
    for (Segment& segment : lane.segments) grade_by_level(segment);
  }
}

Lane& lane_for(std::vector<Lane>& lanes, const v1::Interval& interval) {
  const auto found = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& lane) {
    return lane.scope == interval.scope() && lane.subject == interval.subject();
  });
  if (found != lanes.end()) return *found;
  lanes.push_back({.scope = interval.scope(), .subject = interval.subject()});
  return lanes.back();
}

Segment merged(const Segment& left, const Segment& right) {
  Segment both = right.severity > left.severity ? right : left;
  both.from_s = left.from_s;
  both.to_s = right.to_s;
  both.merged = left.merged + right.merged;
  return both;
}

double length(const Segment& segment) { return segment.to_s - segment.from_s; }

// States that lasted for no time, because several things happened at one instant, are not seen;
// what is the same before and after them is one stretch.
void drop_instants(Lane& lane) {
  std::vector<Segment> kept;
  for (const Segment& segment : lane.segments) {
    if (length(segment) <= 0) continue;
    if (!kept.empty() && kept.back().state == segment.state && kept.back().to_s == segment.from_s) {
      kept.back().to_s = segment.to_s;
    } else {
      kept.push_back(segment);
    }
  }
  lane.segments = std::move(kept);
}

double first_trouble(const Lane& lane) {
  for (const Segment& segment : lane.segments) {
    if (segment.level != Level::up) return segment.from_s;
  }
  return lane.segments.back().to_s;
}

double time_in_trouble(const Lane& lane) {
  double sum = 0;
  for (const Segment& segment : lane.segments) {
    if (segment.level != Level::up) sum += length(segment);
  }
  return sum;
}

// Keeps the lanes in trouble for longest, and returns how many went.
std::size_t keep_the_worst(std::vector<Lane>& lanes) {
  std::stable_sort(lanes.begin(), lanes.end(), [](const Lane& left, const Lane& right) {
    return time_in_trouble(left) > time_in_trouble(right);
  });
  const std::size_t kept = std::min(lanes.size(), kMostLanes);
  const std::size_t gone = lanes.size() - kept;
  lanes.erase(lanes.begin() + static_cast<std::ptrdiff_t>(kept), lanes.end());
  std::stable_sort(lanes.begin(), lanes.end(), [](const Lane& left, const Lane& right) {
    return std::pair(left.stages.empty(), first_trouble(left)) <
           std::pair(right.stages.empty(), first_trouble(right));
  });
  return gone;
}

}  // namespace

Tone tone_of(Level level) {
  switch (level) {
    case Level::up:
      return Tone::good;
    case Level::degraded:
      return Tone::warning;
    case Level::down:
      return Tone::bad;
  }
  return Tone::plain;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::up:
      return "up";
    case Level::degraded:
      return "degraded";
    case Level::down:
      return "down";
  }
  return "";
}

std::vector<Lane> lanes_of(const v1::RunRecord& record) {
  static const std::set<std::string_view> kScopes = {"capability", "component", "gate", "place"};
  std::vector<Lane> lanes;
  std::set<std::string> gated;
  for (const v1::Interval& interval : record.intervals()) {
    if (!kScopes.contains(interval.scope())) continue;
    if (interval.scope() == "gate") gated.insert(interval.subject());
    lane_for(lanes, interval)
        .segments.push_back({.from_s = interval.from_s(),
                             .to_s = interval.to_s(),
                             .state = interval.state(),
                             .cause = interval.cause()});
  }
  std::erase_if(lanes, [&](const Lane& lane) {
    return lane.scope == "component" && gated.contains(lane.subject);
  });
  for (Lane& lane : lanes) {
    std::stable_sort(lane.segments.begin(), lane.segments.end(),
                     [](const Segment& a, const Segment& b) { return a.from_s < b.from_s; });
    drop_instants(lane);
  }
  std::erase_if(lanes, [](const Lane& lane) { return lane.segments.empty(); });
  for (Lane& lane : lanes) grade(lane);
  return lanes;
}

bool is_always_up(const Lane& lane) {
  return std::all_of(lane.segments.begin(), lane.segments.end(),
                     [](const Segment& segment) { return segment.level == Level::up; });
}

const Segment* worst_between(const Lane& lane, double from_s, double to_s) {
  const Segment* worst = nullptr;
  for (const Segment& segment : lane.segments) {
    const bool overlaps = segment.from_s < to_s && segment.to_s > from_s;
    if (overlaps && (worst == nullptr || segment.severity > worst->severity)) worst = &segment;
  }
  return worst;
}

Lane simplified(const Lane& lane, double shortest_s) {
  Lane result = lane;
  result.segments.clear();
  bool last_is_short = false;
  for (const Segment& segment : lane.segments) {
    const bool is_short = length(segment) < shortest_s;
    if (is_short && last_is_short) {
      result.segments.back() = merged(result.segments.back(), segment);
    } else {
      result.segments.push_back(segment);
    }
    last_is_short = is_short;
  }
  return result;
}

Board board_of(const v1::RunRecord& record) {
  Board board;
  for (Lane& lane : lanes_of(record)) {
    if (lane.scope == "capability") {
      board.capabilities.push_back(std::move(lane));
    } else if (is_always_up(lane)) {
      ++(lane.scope == "place" ? board.places_up : board.components_up);
    } else {
      (lane.scope == "place" ? board.places : board.components).push_back(std::move(lane));
    }
  }
  board.components_other = keep_the_worst(board.components);
  board.places_other = keep_the_worst(board.places);
  return board;
}

}  // namespace chokepoint::cli
