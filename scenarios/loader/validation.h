#pragma once
// What the parts of validate() share: the names of the scenario, and how a mistake is reported.

#include <google/protobuf/message.h>

#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/base/sorted.h"
#include "scenarios/loader/validate.h"

namespace chokepoint {

// All names that fields can refer to, sorted.
struct Names {
  std::vector<std::string> places;  // with those on the way to a written one
  std::vector<std::string> components;
  std::vector<std::string> capabilities;
  std::vector<std::string> users;
  std::vector<std::string> faults;
  std::vector<std::string> steps;  // team/step
  std::vector<std::string> teams;
};

bool contains(const std::vector<std::string>& sorted, const std::string& name);

class Validation {
 public:
  Validation(const ReadScenario& read, Rules& rules, Problems& problems);

  const v1::Scenario& scenario() const { return read_.scenario; }
  const Node& tree() const { return read_.tree; }
  const Unread& unread() const { return read_.unread; }
  bool is_overridden() const { return read_.is_overridden; }
  const Names& names() const { return names_; }
  Rules& rules() const { return rules_; }
  const Path& root() const { return root_; }

  struct Mistake {
    std::string message;
    std::string hint = {};
  };

  // Reports a mistake that follows from these fields of the message at `path`; shown at the first
  // of them that is written, or else at the message. Dropped when one of them could not be read.
  void refuse(const Path& path, std::initializer_list<std::string_view> fields,
              const Mistake& mistake) const;

  // Whether a mistake there would be shown at all. Asked before a hint is looked up for one of
  // many.
  bool wants(const Path& path) const;

  // Reports a mistake about the name (a key of a map) that the path ends in.
  void refuse_key(const Path& path, const Mistake& mistake) const;

  // Whether the field is written, and not filled in from its default.
  bool is_written(const Path& path, std::string_view field) const;

  // Null when there is none, or its kind could not be read.
  const v1::Component* component(const std::string& name) const;

  // The place itself or one below it has cooling.
  bool is_cooled(const std::string& place) const { return cooled_.contains(place); }

  // Racks of the place and of those below it.
  std::uint64_t racks_in(const std::string& place) const;

 private:
  const ReadScenario read_;
  Rules& rules_;
  Problems& problems_;
  Names names_;
  std::set<std::string> cooled_;
  std::map<std::string, std::uint64_t> racks_;
  Path root_;
};

// Whether `place` is `whole` or lies below it.
bool is_within(std::string_view place, std::string_view whole);

// Calls `visit` for the message and every message in it, with the path to each.
void for_each_message(
    const google::protobuf::Message& message, const Path& path,
    const std::function<void(const google::protobuf::Message&, const Path&)>& visit);

// Whether the condition, or one that it joins, matches.
bool mentions(const v1::Condition& condition,
              const std::function<bool(const v1::Condition&)>& matches);

// As people write it: "cool".
std::string state_name(v1::State state);

// Whether something takes decisions for the component that can be stalled.
bool has_control_plane(const v1::Component& component);
inline constexpr std::string_view kHaveControlPlane =
    "a log with 'control_plane', an automatic standby, a config, a dns with 'failover' or "
    "'automation' and leases have one";

// Whether it has members that stand on racks; gates and configurations stand nowhere.
bool stands_somewhere(const v1::Component& component);

// Names of the parts that a need can ask for.
std::vector<std::string> parts_of(const v1::Component& component);

// Members that stand somewhere: replicas, voters, brokers. None for a gated component.
struct Members {
  std::uint32_t count = 0;
  std::vector<std::string> at = {};
  v1::Spread spread = v1::SPREAD_UNSPECIFIED;
  std::string_view kind = {};   // the field of the component: "quorum"
  std::string_view field = {};  // the field that counts them: "members"
};
Members members_of(const v1::Component& component);

// Whether the sum of shares is all of it; 33.3333% three times is.
bool is_whole(double sum);

// Whether every duration drawn from the law is 0.
bool takes_no_time(const v1::DrawnDuration& law);

// What each name waits for, by name. Gives the names of one circle, in order, or nothing.
using Waits = std::map<std::string, std::vector<std::string>>;
std::vector<std::string> circle_in(const Waits& waits);

// "a -> b -> a"; long circles are cut short.
std::string drawn(const std::vector<std::string>& circle);

// The parts, each in the file of its name.
void validate_references(const Validation& validation);
void validate_traffic(const Validation& validation);
void validate_values(const Validation& validation);
void validate_conditions(const Validation& validation);
void validate_places(const Validation& validation);
void validate_components(const Validation& validation);
void validate_gates(const Validation& validation);
void validate_capabilities(const Validation& validation);
void validate_faults(const Validation& validation);
void validate_operators(const Validation& validation);
void validate_expectations(const Validation& validation);

}  // namespace chokepoint
