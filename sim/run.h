#pragma once
// Runs one scenario in virtual time. SimGrid is not visible from here.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  // Whose circumstances: of which seed are the draws of what strikes, when and where (placements,
  // trip temperatures, failures). None: of `seed`. A game day makes those of one seed happen, and
  // so is predicted with them, and with many seeds.
  std::optional<std::uint64_t> circumstances_of = {};
  std::uint32_t replication = 0;
  std::string variant = {};                 // only written into the record
  std::vector<std::string> overrides = {};  // only written into the record
  std::string digest = {};                  // only written into the record
  // Called now and then with the simulated share of the horizon, 0..1. May be empty.
  std::function<void(double)> progress = {};
};

// Runs to the horizon and returns the record, verdicts included. The scenario must come from the
// loader. Deterministic: equal scenario, seeds and replication give equal bytes. A process can run
// one scenario only (SimGrid's engine is global): a second call asserts. Use run_forked for more.
v1::RunRecord run(const v1::Scenario& scenario, const RunOptions& options);

struct Job {
  v1::Scenario scenario;
  RunOptions options;  // progress is ignored
};

// Runs every job in a process of its own, `workers` at a time, and returns the records in the order
// of the jobs; the result does not depend on `workers`. A job whose process dies yields an error
// (Code::unavailable) that names its seed and how it died; the others are not affected.
std::vector<Result<v1::RunRecord>> run_forked(const std::vector<Job>& jobs, unsigned workers);

}  // namespace chokepoint::sim
