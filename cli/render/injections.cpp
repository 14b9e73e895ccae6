#include "cli/render/injections.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "cli/render/clock.h"
#include "cli/render/table.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kMostLines = 16;
constexpr std::size_t kMostOwner = 24;

// Injections of one fault and kind on the racks of one place or the members of one component.
struct Group {
  std::string fault;
  v1::Primitive primitive = v1::PRIMITIVE_UNSPECIFIED;
  std::string owner;  // the place or component; the target itself where it has no parts
  std::string peer;
  double value = 0;
  double first_s = 0;
  double last_s = 0;
  std::size_t count = 0;
  std::set<std::string> targets = {};
};

bool has_parts(v1::Primitive primitive) {
  return primitive == v1::PRIMITIVE_HOST_OFF || primitive == v1::PRIMITIVE_HOST_ON ||
         primitive == v1::PRIMITIVE_PROCESS_STOP || primitive == v1::PRIMITIVE_PROCESS_START;
}

std::string owner_of(const v1::Injection& injection) {
  const std::size_t slash = injection.target().rfind('/');
  const bool is_part = has_parts(injection.primitive()) && slash != std::string::npos;
  return is_part ? injection.target().substr(0, slash) : injection.target();
}

std::vector<Group> groups_of(const v1::RunRecord& record) {
  std::vector<Group> groups;
  for (const v1::Injection& injection : record.injections()) {
    const std::string owner = owner_of(injection);
    const auto same = [&](const Group& group) {
      return std::tie(group.fault, group.owner, group.peer) ==
                 std::tie(injection.fault(), owner, injection.peer()) &&
             group.primitive == injection.primitive() && group.value == injection.value();
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) {
      groups.push_back({.fault = injection.fault(),
                        .primitive = injection.primitive(),
                        .owner = owner,
                        .peer = injection.peer(),
                        .value = injection.value(),
                        .first_s = injection.at_s()});
      group = groups.end() - 1;
    }
    group->last_s = injection.at_s();
    group->targets.insert(injection.target());
    ++group->count;
  }
  return groups;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string racks(const Group& group) {
  return fmt::format("{} of {}", counted(group.targets.size(), "rack", "racks"),
                     shortened(group.owner, kMostOwner));
}

std::string members(const Group& group) {
  if (group.targets.size() == 1 && group.targets.begin()->ends_with("/standby")) {
    return "standby of " + group.owner;
  }
  const std::string which = counted(group.targets.size(), "member", "members");
  const bool is_again = group.count > group.targets.size();
  return fmt::format("{} of {}{}", which, group.owner,
                     is_again ? fmt::format(" ({} times in all)", group.count) : "");
}

std::string peer_of(const Group& group) {
  return group.peer.empty() ? "everything else" : group.peer;
}

std::string what(const Group& group) {
  switch (group.primitive) {
    case v1::PRIMITIVE_HOST_OFF:
      return racks(group) + " off";
    case v1::PRIMITIVE_HOST_ON:
      return racks(group) + " on again";
    case v1::PRIMITIVE_PROCESS_STOP:
      return members(group) + " stopped";
    case v1::PRIMITIVE_PROCESS_START:
      return members(group) + " started again";
    case v1::PRIMITIVE_CPU_LIMIT:
      return group.value == 1 ? group.owner + " at full speed again"
                              : fmt::format("{} slowed to {} of its speed", group.owner,
                                            format_quantity(group.value, v1::UNIT_RATIO));
    case v1::PRIMITIVE_NETWORK_PARTITION:
      return fmt::format("{} {} {}", group.owner,
                         group.value == 0 ? "reaches again" : "cut off from", peer_of(group));
    case v1::PRIMITIVE_NETWORK_DELAY:
      return group.value == 0
                 ? fmt::format("{} as close to {} as before", group.owner, peer_of(group))
                 : fmt::format("{} later between {} and {}",
                               format_quantity(group.value, v1::UNIT_DURATION), group.owner,
                               peer_of(group));
    case v1::PRIMITIVE_CONTROL_PLANE_STALL:
      return fmt::format("control plane of {} {}", group.owner,
                         group.value == 0 ? "decides again" : "stalled");
    case v1::PRIMITIVE_DEMAND:
      return group.value == 1 ? "demand of " + group.owner + " back to normal"
                              : fmt::format("demand of {} at {} of normal", group.owner,
                                            format_quantity(group.value, v1::UNIT_RATIO));
    case v1::PRIMITIVE_CACHE_FLUSH:
      return "cache of " + group.owner + " emptied";
    case v1::PRIMITIVE_CONFIG_PUSH:
      return fmt::format("version of {} with {:.0f} entries pushed", group.owner, group.value);
    case v1::PRIMITIVE_ANSWERS_ALTERED:
      return fmt::format("{} {}", group.owner,
                         group.value == 0     ? "answers truly again"
                         : group.peer.empty() ? "lies to all"
                                              : "lies to " + group.peer);
    case v1::PRIMITIVE_APPROVAL:
      return fmt::format("approval of {}", group.owner);
    case v1::PRIMITIVE_RELEASE:
      return fmt::format("{} released from {}{}", format_quantity(group.value, v1::UNIT_MONEY),
                         group.owner,
                         group.count > 1 ? fmt::format(", {} times", group.count) : "");
    case v1::PRIMITIVE_DNS_CHANGE:
      return group.value == 0 ? "record of " + group.owner + " emptied"
                              : fmt::format("record of {} changed", group.owner);
    case v1::PRIMITIVE_PROCESS_PAUSE:
      return fmt::format("{} paused for {}{}", group.owner,
                         format_quantity(group.value, v1::UNIT_DURATION),
                         group.count > 1 ? fmt::format(", {} times", group.count) : "");
    case v1::PRIMITIVE_LOAN:
      return fmt::format("{} borrowed from {} against nothing{}",
                         format_quantity(group.value, v1::UNIT_MONEY), group.owner,
                         group.count > 1 ? fmt::format(", {} times", group.count) : "");
    case v1::PRIMITIVE_PEOPLE_ABSENT:
      return group.owner + (group.value == 0 ? " is back" : " is not there");
    case v1::PRIMITIVE_UNSPECIFIED:
    case v1::Primitive_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Primitive_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return group.owner + " changed";
}

std::string when(const Group& group) {
  const std::string first = offset_of(group.first_s);
  const std::string last = offset_of(group.last_s);
  return first == last ? first : fmt::format("{} to {}", first, last);
}

}  // namespace

std::string injections(const v1::RunRecord& record, Colour colour) {
  const Clock clock(record);
  const std::vector<Group> groups = groups_of(record);
  Table table({Align::right, Align::left, Align::left, Align::left});
  const std::size_t shown = std::min(groups.size(), kMostLines);
  double last_s = kLongBefore;
  for (std::size_t i = 0; i < shown; ++i) {
    table.add({{clock.instant(groups[i].first_s, last_s)},
               {when(groups[i]), Tone::dim},
               {what(groups[i])},
               {groups[i].fault, Tone::dim}});
    last_s = groups[i].first_s;
  }
  std::string text = table.text(colour);
  if (shown < groups.size()) {
    text += fmt::format("  … and {} more; --json and --out have them all\n", groups.size() - shown);
  }
  return text;
}

}  // namespace chokepoint::cli
