#pragma once
// A name whose record says which components answer for it, and the clients that looked it up. See
// dns.proto.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/components/dns_automation.h"
#include "sim/components/dns_failover.h"
#include "sim/world/component.h"

namespace chokepoint::sim {

class Dns : public Component {
 public:
  Dns(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  void resume() override;
  StationState station_state() const override;
  std::string lane_state() const override;
  std::vector<OwnMeasure> own_measures() const override;

  // Names of answers; none: the record is empty. Callers settle afterwards.
  using Names = std::vector<std::string>;
  void change(const Names& to, const std::string& fault);
  void change_back(const std::string& fault);
  void publish(const Names& to);  // none: all of the first priority
  // From now on, one enactor takes so much longer; 0: no more.
  void delay_enactor(double by, const std::string& fault);

 protected:
  double own_level() const override;
  void react() override;

 private:
  using Record = std::vector<double>;  // share of each answer; adds up to 1, or to 0 if it is empty
  // Clients that looked up at the same time.
  struct Wave {
    double share = 0;
    double keep = 0;         // seconds, an answer
    double phase = 0;        // 0..1, of the time that it keeps something, where it is at the start
    double expires = 0;      // what it was told last
    std::size_t record = 0;  // which record it was told
    bool is_scheduled = false;
  };

  Record record_of(const Names& answers) const;
  Record first_that_respond() const;
  Record wanted() const;
  void update();
  void write(const Record& record);
  void look_up_when_expired(Wave& wave);
  double kept_for(const Wave& wave) const;
  Record told() const;  // share of the clients that was told each answer
  void become_empty();

  const v1::Dns& dns_;
  Names answers_;  // sorted
  std::vector<Wave> waves_;
  std::deque<Record> records_;  // all that there were; the last one stands
  std::optional<Record> by_hand_;
  std::optional<Record> by_fault_;
  bool is_emptied_ = false;  // by its own automation
  std::optional<DnsFailover> failover_;
  std::optional<DnsAutomation> automation_;
  double changed_at_;
  double may_change_at_ = 0;  // an update waits for this
};

}  // namespace chokepoint::sim
