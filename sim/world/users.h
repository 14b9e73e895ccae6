#pragma once
// Users, seen from the world: turns the scenario's services and calls into the traffic engine's
// stations, keeps their state in step with the components, and counts who got what.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "sim/traffic/engine.h"
#include "sim/world/component.h"

namespace chokepoint::sim {

class World;

class Users {
 public:
  explicit Users(World& world);

  // Integrates the traffic up to now, under the state of before this instant.
  void advance();
  // Passes on what has changed at this instant.
  void push();
  // Closes a sample: new rates by the demand curves, success shares for the capabilities, columns
  // for the record.
  void sample();

  // Multiplies the rate of a group, under a name, until the surge of that name ends.
  void add_surge(const std::string& users, const std::string& name, double factor);
  void end_surge(const std::string& users, const std::string& name);
  void flush_cache(const std::string& component);

  struct Totals {
    double requests = 0;
    double attempts = 0;
    double succeeded = 0;
    double failed = 0;
  };
  Totals of_capability(const std::string& capability) const;
  Totals of_users(const std::string& users) const;
  // Requests that a group made to competitors instead.
  double gone(const std::string& users) const;
  const traffic::StationTotals& of_component(const std::string& component) const;

 private:
  struct Flow {
    std::string users;
    std::string capability;
    double nominal_rate = 0;
    bool is_elsewhere = false;  // the share of the users that knows another way has taken it
    std::vector<const v1::Need*> off_path = {};  // needs that no call of the flow meets
    double turned_away = 0;
    const Component* entry = nullptr;     // null: none that stands anywhere
    std::vector<traffic::Way> ways = {};  // to the entry, as the engine has them
  };
  // A call of a component, by its number among the station's.
  struct CallSite {
    const Component* from;
    const Component* to;
    traffic::StationId station;
    std::uint32_t number;
    std::vector<traffic::Way> ways = {};  // as the engine has them
  };
  struct Pushed {
    StationState state;
    double speed = 1;
  };

  traffic::Model build(const v1::Scenario& scenario);
  void add_stations(traffic::Model& model);
  void add_flows(const v1::Scenario& scenario, traffic::Model& model);
  void add_calls(const v1::Scenario& scenario, traffic::Model& model);
  void add_call(traffic::Model& model, const Component& from, const std::string& to,
                const traffic::Call& call);
  void add_answers(traffic::Model& model);
  void find_off_path(const traffic::Model& model);
  void note_what_is_down();
  bool goes_elsewhere(const Flow& flow) const;
  void set_rates();
  void set_ways();
  Totals sum(const std::function<bool(const Flow&)>& counts) const;

  World& world_;
  std::map<std::string, traffic::StationId> stations_;
  std::vector<Flow> flows_;
  std::vector<CallSite> call_sites_;
  std::map<std::string, std::map<std::string, double>> surges_;  // by group, by name
  std::map<std::string, Totals> at_last_sample_;                 // by capability
  std::map<std::string, double> down_since_;                     // capabilities that are down
  struct Gone {
    double rate = 0;
    double since = 0;
    double total = 0;
  };
  std::map<std::string, Gone> gone_;  // requests made to competitors, by group
  std::map<std::string, Pushed> pushed_;
  std::unique_ptr<traffic::Engine> engine_;
};

}  // namespace chokepoint::sim
