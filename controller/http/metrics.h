#pragma once
// Figures of a controller for Prometheus. Thread rule: any thread.

#include <memory>
#include <string>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/game_days.pb.h"

namespace prometheus {
class Registry;
}

namespace chokepoint::controller {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Every note of every game day.
  void observe(const v1::GameDayNote& note);

  // What is true at this moment, asked for when somebody reads the figures.
  struct Now {
    double agents_connected = 0;
    double game_days_running = 0;
    double faults_out = 0;
    double faults_unknown = 0;
    bool is_stopped = false;
    bool is_full = false;
    double refused = 0;  // calls, since the controller was started
  };
  // In Prometheus' text format.
  std::string text(const Now& now);

 private:
  struct Series;
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Series> series_;
};

}  // namespace chokepoint::controller
