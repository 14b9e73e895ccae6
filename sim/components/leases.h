#pragma once
// Holders of leases and the service that renews them. See leases.proto. Holders move in groups of
// equal size that ask at evenly spread times. While every lease is renewed in time nothing is
// simulated: when each group was renewed last follows from the clock.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Leases : public Component {
 public:
  Leases(World& world, const std::string& name, const v1::Component& spec);

  std::vector<OwnMeasure> own_measures() const override;

  // By people: at most so many requests per second are let in; the queue is emptied.
  void throttle(double to);
  void shed();

 protected:
  double own_level() const override;
  void react() override;

 private:
  struct Group {
    double renewed_at = 0;
    bool is_valid = true;
    std::uint32_t asked = 0;  // counts requests, so that an old one is recognised
    bool is_waiting = false;  // for an answer
  };
  struct Request {
    std::size_t group;
    std::uint32_t number;
  };

  bool can_renew() const;
  void leave_calm();
  void come_back();
  void ask_at(double time, std::size_t group);
  void ask(std::size_t group);
  void let_in();
  void enter(Request request);
  void serve();
  void finish(Request request, double work);
  void renew(std::size_t group);
  void expire_later(std::size_t group);
  void calm_down();
  bool is_current(Request request) const;
  double work_of(Request request) const;

  const v1::Leases& leases_;
  double size_;  // holders in a group
  std::vector<Group> groups_;
  std::size_t valid_;
  std::deque<Request> outside_;
  std::deque<Request> queue_;
  double admit_;          // per second; infinite: all
  double let_in_at_ = 0;  // the next one
  bool is_letting_in_ = false;
  bool is_calm_ = true;
  bool is_able_ = true;
  bool is_serving_ = false;
  std::uint32_t round_ = 0;  // changes whenever all that is scheduled gets stale
  double work_ = 0;          // done, in renewals
  double in_vain_ = 0;       // of that
  double longest_queue_ = 0;
};

}  // namespace chokepoint::sim
