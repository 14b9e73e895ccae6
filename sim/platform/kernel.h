#pragma once
// The one window onto SimGrid: virtual time, actors, hosts, and transfers that share bandwidth.
// What SimGrid 3.32 gets wrong or names differently later is dealt with behind this header.
// Everything but construction and run() must be called from inside an actor.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chokepoint::sim {

using RackId = std::uint32_t;
// The world outside all racks: monitoring, people, backups, users. Never off.
inline constexpr RackId kOutside = ~RackId{0};

// One zone of the platform; parents stand before their children.
struct ZoneSpec {
  std::string name;
  int parent = -1;  // index in the list; -1: top level
  std::uint32_t racks = 0;
  double uplink_latency = 0;    // seconds, one way
  double uplink_bandwidth = 0;  // bytes per second
};

class Kernel {
 public:
  // Builds one router for each entry and one SimGrid host for each rack; racks are numbered in the
  // order of the list. One Kernel per process, because SimGrid's engine is global.
  explicit Kernel(const std::vector<ZoneSpec>& zones);
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  // Runs all actors until `horizon` seconds, ends them, and calls `at_end` at that very time, in
  // actor context. Asserts when time stands still before.
  void run(double horizon, std::function<void()> at_end);

  double now() const;

  // Starts an actor outside all racks. It ends with its body, or with the run.
  void spawn(const std::string& name, const std::function<void()>& body);

  void sleep_until(double time);

  // Wakes every actor that waits in wait_change. Cheap when nobody does.
  void notify_change();
  // Waits for the next notify_change, at most until `deadline`. May also return early.
  void wait_change(double deadline);

  void set_power(RackId rack, bool on);  // SimGrid's host goes off: transfers from and to it fail

  enum class Sent { done, failed };
  // Moves bytes from one rack to another and waits for it, sharing the links on the way with all
  // other transfers. `failed`: an end was or went off.
  Sent send(RackId from, RackId to, double bytes);

  // One-way delay between two racks, seconds.
  double latency(RackId from, RackId to) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chokepoint::sim
