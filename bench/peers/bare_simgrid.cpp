// What a reassignment of a hundred brokers costs on SimGrid alone: the same platform, actors,
// transfers and waits as the scenario that bench/run.py makes for us, and nothing else.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

int main() {
  constexpr int kBrokers = 100;
  constexpr int kPieces = 200;
  constexpr double kPiece = 6e9;  // bytes, a minute at 100 MB/s
  constexpr double kMinute = 60;
  const auto begin = std::chrono::steady_clock::now();
  int argc = 2;
  char name[] = "bare";
  char quiet[] = "--log=root.thresh:critical";
  char* argv[] = {name, quiet, nullptr};
  sg4::Engine engine(&argc, argv);
  for (const char* setting :
       {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:1e30"}) {
    sg4::Engine::set_config(setting);
  }
  sg4::NetZone* world = sg4::create_dijkstra_zone("world", true);
  auto* top = world->create_router("top");
  const auto connect = [&](simgrid::kernel::routing::NetPoint* a,
                           simgrid::kernel::routing::NetPoint* b, sg4::Link* link) {
    world->add_route(a, b, nullptr, nullptr, {sg4::LinkInRoute(link)}, true);
  };
  std::vector<std::vector<sg4::Host*>> places;
  for (const std::string place : {"a", "b", "c"}) {
    auto* router = world->create_router(place);
    sg4::Link* uplink = world->create_link(place + "/uplink", 12.5e9);
    uplink->set_latency(250e-6)->seal();
    connect(router, top, uplink);
    sg4::Link* fabric = world->create_link(place + "/fabric", 3.125e9);
    fabric->set_latency(15e-6)->set_sharing_policy(sg4::Link::SharingPolicy::FATPIPE)->seal();
    places.emplace_back();
    for (int rack = 0; rack < kBrokers; ++rack) {
      sg4::Host* host = world->create_host(place + "/" + std::to_string(rack), 1e9);
      connect(host->get_netpoint(), router, fabric);
      places.back().push_back(host);
    }
  }
  sg4::Host* control = world->create_host("control", 1e9);
  sg4::Link* outside = world->create_link("outside", 3.125e9);
  outside->seal();
  connect(control->get_netpoint(), top, outside);
  world->seal();
  int sent = 0;
  for (std::size_t broker = 0; broker < kBrokers; ++broker) {
    sg4::Actor::create("copy", control, [&, broker] {
      for (int piece = 0; piece < kPieces; ++piece) {
        const double not_before = sg4::Engine::get_clock() + kMinute;
        sg4::CommPtr comm = sg4::Comm::sendto_init(places[1][broker], places[2][broker]);
        comm->set_payload_size(static_cast<std::uint64_t>(kPiece));
        comm->vetoable_start();
        comm->wait();
        sg4::this_actor::sleep_until(not_before);
        ++sent;
      }
    });
  }
  engine.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"transfers\": %d, \"seconds\": %.6f}\n", sent, took.count());
  std::fflush(stdout);
  std::_Exit(0);
}
