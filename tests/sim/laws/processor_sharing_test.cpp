// What the simulator takes from SimGrid itself: a core that is shared gives each its part, so that
// the mean time in an M/G/1 queue with processor sharing is E[S] / (1 - rho), whatever the law of
// S.
#include <gtest/gtest.h>

#include <simgrid/s4u.hpp>

#include "sim/random/stream.h"

namespace chokepoint::sim {
namespace {

namespace sg4 = simgrid::s4u;

double mean_time(const v1::DrawnDuration& law, double rho, int jobs) {
  int argc = 2;
  char name[] = "test";
  char quiet[] = "--log=root.thresh:critical";
  char* argv[] = {name, quiet, nullptr};
  sg4::Engine engine(&argc, argv);
  sg4::NetZone* zone = sg4::create_full_zone("zone");
  sg4::Host* host = zone->create_host("host", 1e9);
  sg4::Host* source = zone->create_host("source", 1e9);
  zone->seal();
  Stream arrivals(1, 0, "test", "arrivals");
  Stream services(1, 0, "test", "services");
  double total = 0;
  sg4::Actor::create("source", source, [&] {
    for (int job = 0; job < jobs; ++job) {
      sg4::this_actor::sleep_for(arrivals.exponential(1 / rho));
      const double work = services.duration(law) * 1e9;
      sg4::Actor::create("job", host, [&total, work] {
        const double from = sg4::Engine::get_clock();
        sg4::this_actor::execute(work);
        total += sg4::Engine::get_clock() - from;
      });
    }
  });
  engine.run();
  return total / jobs;
}

TEST(ProcessorSharing, TakesAsLongAsTheClosedFormSaysForExponentialWork) {
  v1::DrawnDuration law;
  law.set_exponential(1);
  EXPECT_NEAR(mean_time(law, .5, 60000) / 2, 1, .03);
}

TEST(ProcessorSharing, DoesNotDependOnTheLawOfTheWork) {
  v1::DrawnDuration law;
  law.set_fixed(1);
  EXPECT_NEAR(mean_time(law, .5, 60000) / 2, 1, .03);
}

}  // namespace
}  // namespace chokepoint::sim
