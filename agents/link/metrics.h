#pragma once
// Figures for Prometheus, written to a file: an agent opens no port.

#include <memory>
#include <string>

#include "scenarios/base/result.h"

namespace prometheus {
class Registry;
}

namespace chokepoint::agents {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void set_active(double faults);
  void set_unknown(double faults);
  // Seconds since the lease that is the oldest was renewed.
  void set_lease_age(double seconds);
  void set_connected(bool is_connected);
  void observe_inject(double seconds);
  void observe_revert(double seconds);

  // Puts the file in place whole. Errors: unavailable.
  Status write(const std::string& path) const;

 private:
  struct Series;
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Series> series_;
};

}  // namespace chokepoint::agents
