#pragma once
// What all components have in common: members on racks, a level, a control plane that can stall, a
// standby. A kind of component derives from this and says what its level follows from.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chokepoint/v1/component.pb.h"
#include "sim/platform/kernel.h"
#include "sim/random/stream.h"
#include "sim/traffic/model.h"

namespace chokepoint::sim {

class World;

struct Member {
  RackId rack = 0;
  std::uint32_t stopped = 0;  // by how many faults, its rack's power not counted
  bool is_booted = true;
  bool is_booting = false;
  bool is_known_lost = false;  // taken out by a health check
  std::uint32_t epoch = 0;     // counts losses, so that an old boot is recognised
  bool answers = true;         // to probes from outside
  std::uint32_t turns = 0;     // counts when that changed, so that an old probe is recognised
};

// What a component is for the traffic engine at one moment.
struct StationState {
  double servers = 0;
  double fails_with_error = 0;  // share of the requests
  double fails_silently = 0;
  std::optional<double> service_time = {};  // seconds; absent: as configured
  std::vector<double> shares = {};          // by call, if it makes only one of its calls
  bool operator==(const StationState&) const = default;
};

class Component {
 public:
  Component(World& world, std::string name, const v1::Component& spec);
  virtual ~Component() = default;
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  const std::string& name() const { return name_; }
  const v1::Component& spec() const { return spec_; }

  // Share of it that works, 0..1: its own, the standby counted if it serves, and at most what its
  // needs let it.
  double level() const;
  // The same for one part of it, for components whose users are divided.
  double level_of(const std::string& part) const;
  // up, degraded or down, in words.
  const char* state_name() const;

  std::vector<Member>& members() { return members_; }
  const std::vector<Member>& members() const { return members_; }
  std::string member_name(std::size_t index) const;  // component/3
  // Powered, started, booted.
  bool is_on(std::size_t index) const;
  // On, and reachable from outside.
  bool is_serving(std::size_t index) const;
  std::size_t count_on() const;
  // Where those stand who answer requests: its own members, or the standby once that serves.
  // Outside, if it has none; empty while nobody does.
  std::vector<RackId> answers_from() const;

  // One more, or one less, reason for a member to be stopped while its rack is on.
  void stop_member(std::size_t index, const std::string& fault);
  void start_member(std::size_t index, const std::string& fault);
  // Starts what is off although its rack is on and no fault stops it (people do this).
  void restart_members();

  // Goes on without one of its needs.
  void bypass(const std::string& need);

  void stall(const std::string& fault);
  virtual void resume();
  bool is_stalled() const { return stalls_ > 0; }

  // Blocks the calling actor until the standby serves; false if it cannot be promoted.
  bool promote();
  bool is_promoted() const { return is_promoted_; }
  // Blocks the calling actor until its own members serve again.
  void fail_back();
  // One more, or one less, reason why the standby cannot be promoted.
  void stop_standby(const std::string& fault);
  void start_standby(const std::string& fault);
  // Both the standby and members that nothing keeps from it write.
  bool is_split() const;

  void set_speed(double speed) { speed_ = speed; }
  double speed() const { return speed_; }

  // The need that holds it up; else the fault that its members were last hit by, or "".
  const std::string& cause() const { return held_up_by_.empty() ? cause_ : held_up_by_; }
  void blame(const std::string& fault) { cause_ = fault; }

  // Takes notice of members that went off or on, and of its needs; called by the world while it
  // settles, after the same of what it needs. Must not block.
  void refresh();

  // Takes notice of members that began or ceased to answer their probes; called by the world when
  // all components are refreshed, since a probe may ask further.
  void note_probes();
  // Seconds until a question that is asked there is answered, what faults add to the way included;
  // infinity: it is not.
  double answer_time(RackId from) const;

  // Starts the actors of this kind, once, before time 0.
  virtual void start() {}
  // By default it answers at once: its level's share of the requests, the others with an error.
  virtual traffic::Station station() const { return traffic::instant_station(name_); }
  virtual StationState station_state() const { return answering(serving_level()); }
  // The same with what its needs let through.
  StationState traffic_state() const;
  // Seconds that its readers are behind; only logs are ever behind.
  virtual double lag() const { return 0; }
  virtual bool is_drained() const { return true; }
  // Gates that are open, and the position of a gate in the line (1 is the first); 0 if there is
  // none.
  virtual std::size_t open_gates() const { return 0; }
  // Of those, the ones that are not merely ridden out: everything they need holds now.
  virtual std::size_t steady_gates() const { return 0; }
  virtual std::size_t gate_number(const std::string&) const { return 0; }
  // Whatever of it runs this client stops, or starts again.
  virtual void stop_client(const std::string& /*client*/, double /*share*/,
                           const std::string& /*fault*/) {}
  virtual void start_client(const std::string& /*client*/, const std::string& /*fault*/) {}
  // Whether it is in a state that only this kind can be in.
  virtual bool is_in(v1::State) const { return false; }
  // Measures that not every component has, in the base unit of scenarios/base/measures.h.
  struct OwnMeasure {
    std::string_view name;
    double value;
  };
  // Those of this kind.
  virtual std::vector<OwnMeasure> own_measures() const { return {}; }
  // Those of its standby and its price.
  std::vector<OwnMeasure> extra_measures() const;
  // What it is doing, for swimlanes; by default up, degraded or down.
  virtual std::string lane_state() const { return state_name(); }

 protected:
  virtual double own_level() const = 0;
  // Without a limit on requests: this share is served, the others get an error.
  static StationState answering(double share) {
    return {.servers = traffic::kUnlimited, .fails_with_error = 1 - share};
  }
  // Its own, or the standby's once that serves.
  double serving_level() const;
  // Whether its needs let nothing at all through.
  bool is_held_up() const { return let_through_ <= 0; }
  // Something has changed, perhaps for this component: draws its own conclusions. Must not block.
  virtual void react() {}
  // Of `answer_time`, what is not the way.
  virtual double own_answer_time() const { return 0; }
  virtual double own_level_of(const std::string& part) const;
  // Whether requests go to this member.
  virtual bool is_asked(std::size_t index) const { return is_serving(index); }
  // Whether its own members would take requests from those who reach them.
  virtual bool members_work() const { return count_on() > 0; }
  virtual bool members_rejoin() const { return true; }
  virtual const v1::DrawnDuration& boot_law() const;

  void place_members(std::uint32_t count, const std::vector<std::string>& at, v1::Spread spread);
  // A rack of `place` that is on, drawn; absent if there is none.
  std::optional<RackId> draw_rack(const std::string& place);
  // Puts a new, booted member in the place of one that is off.
  void replace_member(std::size_t index, RackId rack);
  void add_member(RackId rack);  // booted

  World& world_;
  Stream stream_;

 private:
  bool is_powered(const Member& member) const;
  bool standby_works() const;
  std::vector<RackId> standby_racks() const;
  void lose(std::size_t index);
  void boot_later(std::size_t index);
  double probe_time(std::size_t index) const;
  void note_probe(std::size_t index);
  double next_probe(std::size_t index) const;
  void detect_later(std::size_t index);
  void put_back_later(std::size_t index);
  void promote_automatically();
  void look_at_needs();

  std::string name_;
  const v1::Component& spec_;
  std::vector<Member> members_;
  std::uint32_t stalls_ = 0;
  bool is_promoted_ = false;
  bool is_promoting_ = false;
  std::uint32_t standby_stopped_ = 0;  // by how many faults
  double data_lost_ = 0;               // seconds of writes
  double speed_ = 1;
  std::string cause_;
  std::set<std::string> bypassed_;
  double let_through_ = 1;  // by its needs
  std::string held_up_by_;
};

}  // namespace chokepoint::sim
