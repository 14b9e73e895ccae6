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
constexpr double kFabricLatency = 30e-6;
constexpr double kCoreSpeed = 1e9;

sg4::NetZone* make_zone(const std::string& name, sg4::NetZone* parent, sg4::Link* uplink) {
  sg4::NetZone* zone = sg4::create_star_zone(name);
  if (parent != nullptr) zone->set_parent(parent);
  auto* gateway = zone->create_router(name + "/gateway");
  zone->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
  if (parent != nullptr) {
    const std::vector<sg4::LinkInRoute> way =
        uplink == nullptr ? std::vector<sg4::LinkInRoute>{}
                          : std::vector<sg4::LinkInRoute>{sg4::LinkInRoute(uplink)};
    parent->add_route(zone->get_netpoint(), nullptr, gateway, nullptr, way, true);
  }
  return zone;
}

sg4::Link* make_fabric(sg4::NetZone* zone, const std::string& name) {
  auto* link = zone->create_link(name + "/fabric", kFabricBandwidth);
  link->set_latency(kFabricLatency);
  link->set_sharing_policy(sg4::Link::SharingPolicy::FATPIPE);
  link->seal();
  return link;
}

sg4::Host* make_host(sg4::NetZone* zone, const std::string& name, sg4::Link* fabric) {
  sg4::Host* host = zone->create_host(name, kCoreSpeed);
  zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, {sg4::LinkInRoute(fabric)},
                  true);
  host->seal();
  return host;
}

sg4::Engine& start_engine() {
  static int argc = 2;
  static char name[] = "chokepoint";
  static char quiet[] = "--log=root.thresh:critical";
  static char* argv[] = {name, quiet, nullptr};
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

Kernel::Kernel(const std::vector<ZoneSpec>& zones) : impl_(new Impl{.engine = start_engine()}) {
  sg4::NetZone* world = make_zone("world", nullptr, nullptr);
  // SimGrid resolves routes between a zone's own hosts and its inner zones without the uplink, so
  // hosts only ever stand in zones that have no inner zones.
  sg4::NetZone* outside = make_zone("outside", world, nullptr);
  impl_->outside = make_host(outside, "outside/control", make_fabric(outside, "outside"));

  std::vector<sg4::NetZone*> made;
  for (const ZoneSpec& spec : zones) {
    CHOKEPOINT_ASSERT(spec.parent < static_cast<int>(made.size()), "parents come first");
    sg4::NetZone* parent = spec.parent < 0 ? world : made[static_cast<std::size_t>(spec.parent)];
    sg4::Link* uplink = parent->create_link(spec.name + "/uplink", spec.uplink_bandwidth);
    uplink->set_latency(spec.uplink_latency);
    uplink->seal();
    sg4::NetZone* zone = make_zone(spec.name, parent, uplink);
    made.push_back(zone);
    if (spec.racks == 0) continue;

    const std::string floor = spec.name + "/racks";
    sg4::NetZone* inner = make_zone(floor, zone, nullptr);
    sg4::Link* fabric = make_fabric(inner, floor);
    for (std::uint32_t rack = 0; rack < spec.racks; ++rack) {
      impl_->racks.push_back(make_host(inner, spec.name + "/rack-" + std::to_string(rack), fabric));
    }
  }
}

Kernel::~Kernel() = default;

void Kernel::run(double horizon) {
  bool reached = false;
  spawn("horizon", [this, horizon, &reached] {
    sleep_until(horizon);
    reached = true;
  });
  impl_->engine.run_until(horizon + 1e-3);
  CHOKEPOINT_ASSERT(reached, "virtual time stopped before the horizon");
}

double Kernel::now() const { return sg4::Engine::get_clock(); }

void Kernel::spawn(const std::string& name, std::function<void()> body) {
  sg4::Actor::create(name, impl_->outside, std::move(body));
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
