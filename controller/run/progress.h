#pragma once
// How a game day stands: its notes, folded into one message. The same for one that runs, one that
// is over and one that is only planned. Thread rule: one thread.

#include <map>
#include <string>

#include "chokepoint/v1/game_day.pb.h"
#include "controller/store/store.h"

namespace chokepoint::controller {

class Progress {
 public:
  explicit Progress(const StoredGameDay& game_day);

  void apply(const v1::GameDayNote& note);

  v1::GameDayState state() const { return status_.state(); }
  // As of a moment of the game day; at the last note when it is over.
  v1::GameDayStatus status(double at_s) const;
  // Capabilities that are down, and since when.
  const std::map<std::string, double>& down_since_s() const { return down_since_s_; }
  // Capabilities whose probe has not told anything yet.
  std::string unknown_capability() const;
  const v1::GameDayPlan& plan() const { return plan_; }

 private:
  v1::GameDayPlan plan_;
  v1::GameDayStatus status_;
  std::map<std::string, double> down_since_s_;
  std::map<std::string, bool> is_known_;
  std::map<std::string, int> by_id_;  // where an injection is in the status
  double last_s_ = 0;
};

// Seconds of a game day: until everything is over that is planned, and then watched for a while.
double length_of(const v1::GameDayPlan& plan);

}  // namespace chokepoint::controller
