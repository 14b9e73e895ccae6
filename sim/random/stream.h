#pragma once
// Named, counter-based random streams. A stream is a pure function of (seed, replication,
// component, purpose): variants of a design share their luck, and a new component shifts nobody
// else's numbers. Generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers:
// as easy as 1, 2, 3", SC 2011). The laws are ours because those of <random> differ between
// standard libraries.

#include <array>
#include <cstdint>
#include <string_view>

#include "chokepoint/v1/values.pb.h"

namespace chokepoint::sim {

class Stream {
 public:
  Stream(std::uint64_t seed, std::uint32_t replication, std::string_view component,
         std::string_view purpose);

  std::uint64_t bits();                      // 64 uniform bits
  double uniform();                          // in (0, 1): never 0, never 1
  std::uint64_t below(std::uint64_t limit);  // uniform in [0, limit), without bias; limit > 0
  double exponential(double mean);
  double normal();                     // mean 0, deviation 1
  std::uint64_t poisson(double mean);  // exact below a mean of 30, normal approximation above
  double duration(const v1::DrawnDuration& law);        // seconds
  double temperature(const v1::DrawnTemperature& law);  // degrees Celsius

 private:
  void refill();
  std::array<std::uint32_t, 2> key_;
  std::uint64_t counter_ = 0;
  std::array<std::uint64_t, 2> block_{};
  unsigned used_ = 2;
};

// Makes streams for one run.
class Streams {
 public:
  Streams(std::uint64_t seed, std::uint32_t replication) : Streams(seed, replication, seed) {}
  Streams(std::uint64_t seed, std::uint32_t replication, std::uint64_t circumstances_of)
      : seed_(seed), replication_(replication), circumstances_of_(circumstances_of) {}

  // Of what a system does.
  Stream stream(std::string_view component, std::string_view purpose) const {
    return {seed_, replication_, component, purpose};
  }
  // Of what is done to it, and where it stands: placements, trip temperatures, failures, thefts.
  Stream circumstances(std::string_view component, std::string_view purpose) const {
    return {circumstances_of_, replication_, component, purpose};
  }

 private:
  std::uint64_t seed_;
  std::uint32_t replication_;
  std::uint64_t circumstances_of_;
};

}  // namespace chokepoint::sim
