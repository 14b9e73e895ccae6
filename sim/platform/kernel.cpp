#include "sim/platform/kernel.h"

#include <simgrid/Exception.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "scenarios/base/assert.h"

namespace chokepoint::sim {
namespace {

namespace sg4 = simgrid::s4u;

// CM02 without cross-traffic and without the TCP window limit is the plain flow model: latency plus
// fair shares. SimGrid's default (LV08) multiplies every latency by 13.
constexpr const char* kConfig[] = {"network/model:CM02", "network/crosstraffic:0",
                                   "network/TCP-gamma:1e30"};
// Inside a place, racks meet in a fabric that limits each transfer but is never shared.
constexpr double kFabricBandwidth = 3.125e9;  // 25 Gbit/s
constexpr double kFabricLatency = 30e-6;      // from rack to rack
constexpr double kCoreSpeed = 1e9;

using NetPoint = simgrid::kernel::routing::NetPoint;

sg4::Link* make_link(sg4::NetZone* zone, const std::string& name, double bandwidth,
                     double latency) {
  sg4::Link* link = zone->create_link(name, bandwidth);
  link->set_latency(latency);
  return link;
}

void connect(sg4::NetZone* zone, NetPoint* a, NetPoint* b, sg4::Link* link) {
  zone->add_route(a, b, nullptr, nullptr, {sg4::LinkInRoute(link)}, true);
}

// Hosts that meet at a router, through one fabric.
void add_hosts(sg4::NetZone* zone, NetPoint* router, const std::string& place,
               const std::vector<std::string>& names, std::vector<sg4::Host*>& into) {
  sg4::Link* fabric = make_link(zone, place + "/fabric", kFabricBandwidth, kFabricLatency / 2);
  fabric->set_sharing_policy(sg4::Link::SharingPolicy::FATPIPE);
  fabric->seal();
  for (const std::string& name : names) {
    sg4::Host* host = zone->create_host(name, kCoreSpeed);
    connect(zone, host->get_netpoint(), router, fabric);
    host->seal();
    into.push_back(host);
  }
}

sg4::Engine& start_engine() {
  static char name[] = "chokepoint";
  static char quiet[] = "--log=root.thresh:critical";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static char stacks[] = "--cfg=contexts/factory:thread";  // sanitizers know those of threads only
  static char* argv[] = {name, quiet, stacks, nullptr};
  static int argc = 3;
#else
  static char* argv[] = {name, quiet, nullptr};
  static int argc = 2;
#endif
  static auto* engine = new sg4::Engine(&argc, argv);  // lives as long as the process
  for (const char* setting : kConfig) sg4::Engine::set_config(setting);
  return *engine;
}

}  // namespace

struct Kernel::Impl {
  sg4::Engine& engine;
  sg4::Host* outside = nullptr;
  std::vector<sg4::Host*> racks = {};
  std::vector<sg4::SemaphorePtr> waiting = {};  // in order of arrival

  sg4::Host* host(RackId rack) const { return rack == kOutside ? outside : racks.at(rack); }
};

// One zone with a router for each place and shortest ways between them. (SimGrid 3.32 leaves links
// out of routes through star zones nested more than one deep.)
Kernel::Kernel(const std::vector<ZoneSpec>& zones) : impl_(new Impl{.engine = start_engine()}) {
  // Names that no place can have.
  sg4::NetZone* world = sg4::create_dijkstra_zone("(world)", true);
  NetPoint* top = world->create_router("(outside)");
  std::vector<sg4::Host*> outside;
  add_hosts(world, top, "(outside)", {"(outside)/control"}, outside);
  impl_->outside = outside.front();

  std::vector<NetPoint*> routers;
  for (const ZoneSpec& spec : zones) {
    CHOKEPOINT_ASSERT(spec.parent < static_cast<int>(routers.size()), "parents come first");
    NetPoint* parent = spec.parent < 0 ? top : routers[static_cast<std::size_t>(spec.parent)];
    NetPoint* router = world->create_router(spec.name);
    routers.push_back(router);
    sg4::Link* uplink =
        make_link(world, spec.name + "/uplink", spec.uplink_bandwidth, spec.uplink_latency);
    uplink->seal();
    connect(world, router, parent, uplink);
    std::vector<std::string> racks;
    for (std::uint32_t rack = 0; rack < spec.racks; ++rack) {
      racks.push_back(spec.name + "/rack-" + std::to_string(rack));
    }
    if (!racks.empty()) add_hosts(world, router, spec.name, racks, impl_->racks);
  }
  world->seal();
}

Kernel::~Kernel() = default;

void Kernel::run(double horizon, std::function<void()> at_end) {
  bool reached = false;
  spawn("horizon", [this, horizon, &reached, &at_end] {
    sleep_until(horizon);
    sg4::Actor::kill_all();  // nobody acts after the end, nor at it
    at_end();
    reached = true;
  });
  constexpr double kBeyond = 1e-3;  // SimGrid compares dates with a precision of 1e-5 s
  impl_->engine.run_until(horizon + kBeyond);
  CHOKEPOINT_ASSERT(reached, "virtual time stopped before the horizon");
}

double Kernel::now() const { return sg4::Engine::get_clock(); }

void Kernel::spawn(const std::string& name, const std::function<void()>& body) {
  sg4::Actor::create(name, impl_->outside, body);
}

void Kernel::sleep_until(double time) { sg4::this_actor::sleep_until(time); }

void Kernel::notify_change() {
  std::vector<sg4::SemaphorePtr> woken;
  woken.swap(impl_->waiting);
  for (const auto& semaphore : woken) semaphore->release();
}

void Kernel::wait_change(double deadline) {
  const double left = deadline - now();
  if (left <= 0) return;
  auto semaphore = sg4::Semaphore::create(0);
  impl_->waiting.push_back(semaphore);
  if (deadline < 1e15) {
    if (semaphore->acquire_timeout(left)) std::erase(impl_->waiting, semaphore);
  } else {
    semaphore->acquire();
  }
}

void Kernel::set_power(RackId rack, bool on) {
  sg4::Host* host = impl_->host(rack);
  if (on) {
    host->turn_on();
  } else {
    host->turn_off();
  }
}

Kernel::Sent Kernel::send(RackId from, RackId to, double bytes) {
  sg4::Host* source = impl_->host(from);
  sg4::Host* target = impl_->host(to);
  // SimGrid 3.32 aborts the process on a transfer that begins at or goes to a host that is off.
  if (!source->is_on() || !target->is_on()) return Sent::failed;
  try {
    sg4::CommPtr comm = sg4::Comm::sendto_init(source, target);
    comm->set_payload_size(static_cast<std::uint64_t>(bytes));
    comm->vetoable_start();
    comm->wait();
    return Sent::done;
  } catch (const simgrid::NetworkFailureException&) {
    return Sent::failed;
  } catch (const simgrid::HostFailureException&) {
    return Sent::failed;
  }
}

double Kernel::latency(RackId from, RackId to) const {
  if (from == to) return 0;
  std::vector<sg4::Link*> links;
  double latency = 0;
  impl_->host(from)->route_to(impl_->host(to), links, &latency);
  return latency;
}

}  // namespace chokepoint::sim
