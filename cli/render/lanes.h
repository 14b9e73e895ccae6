#pragma once
// The intervals of a record as lanes: one per capability, component or place, each a line of
// stretches in which it was in one state. What swimlanes, phases and pictures are drawn from.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// How bad a state is for whoever depends on the subject.
enum class Level { up, degraded, down };

Tone tone_of(Level level);
std::string_view name_of(Level level);

struct Segment {
  double from_s = 0;
  double to_s = 0;
  std::string state;  // as in the record; the worst one, if several were merged
  std::string cause;  // as in the record; may be empty
  Level level = Level::up;
  int severity = 0;  // 0 works fully, more is worse; finer than the level where there are stages
  std::size_t merged = 1;  // how many stretches of the record this one stands for
};

struct Lane {
  std::string scope;
  std::string subject;
  // For a component that opens in stages: its gates, the first to open first. Else empty.
  std::vector<std::string> stages = {};
  std::vector<Segment> segments = {};  // in order of time
};

// Every lane of the record with scope capability, component, gate or place. Where a component has
// both a component and a gate lane, the gate lane stands for it.
std::vector<Lane> lanes_of(const v1::RunRecord& record);

bool is_always_up(const Lane& lane);

// The worst segment that overlaps [from_s, to_s), the earliest of those; nullptr when there is
// none.
const Segment* worst_between(const Lane& lane, double from_s, double to_s);

// The lane with each run of neighbouring segments that are all shorter than `shortest_s` merged
// into one, in the worst of their states. A short segment between two long ones stays as it is.
Lane simplified(const Lane& lane, double shortest_s);

// The lanes worth a reader's minute: every capability, and the components and places that were not
// up throughout (the twelve that were down or degraded for longest), the first to suffer first.
struct Board {
  std::vector<Lane> capabilities;
  std::vector<Lane> components;  // those with stages first
  std::vector<Lane> places;
  std::size_t components_up = 0;     // up throughout, and so not shown
  std::size_t components_other = 0;  // not shown for want of room
  std::size_t places_up = 0;
  std::size_t places_other = 0;
};

Board board_of(const v1::RunRecord& record);

}  // namespace chokepoint::cli
