#pragma once
// Runs a scenario given as text, and reads the record. One TEST is one process, so one run each;
// simulate_all forks for more.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/loader/load.h"
#include "sim/run.h"

namespace chokepoint::sim {

inline v1::Scenario load(std::string_view text, const Selection& selection = {}) {
  const LoadResult loaded = load_scenario_text(text, "test.yaml", selection);
  EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
  return loaded.scenario;
}

inline v1::RunRecord simulate(std::string_view text, std::uint64_t seed = 1) {
  return run(load(text), {.seed = seed});
}

// One run for each seed from 1 on.
inline std::vector<v1::RunRecord> simulate_all(std::string_view text, std::uint64_t seeds) {
  std::vector<Job> jobs;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    jobs.push_back({.scenario = load(text), .options = {.seed = seed}});
  }
  std::vector<v1::RunRecord> records;
  for (Result<v1::RunRecord>& result : run_forked(jobs, 2)) {
    EXPECT_TRUE(result) << result.error().message;
    if (result) records.push_back(*std::move(result));
  }
  return records;
}

inline std::optional<double> measure(const v1::RunRecord& record, std::string_view scope,
                                     std::string_view subject, std::string_view name) {
  for (const v1::Measure& found : record.measures()) {
    if (found.scope() == scope && found.subject() == subject && found.name() == name) {
      return found.value();
    }
  }
  return std::nullopt;
}

// When the first event of a subject with this text came, seconds.
inline std::optional<double> event_at(const v1::RunRecord& record, std::string_view subject,
                                      std::string_view text) {
  for (const v1::Event& event : record.events()) {
    if (event.subject() == subject && event.text().find(text) != std::string::npos) {
      return event.at_s();
    }
  }
  return std::nullopt;
}

inline const v1::Verdict& verdict(const v1::RunRecord& record, std::string_view name) {
  for (const v1::Verdict& found : record.verdicts()) {
    if (found.name() == name) return found;
  }
  ADD_FAILURE() << "no verdict " << name;
  return v1::Verdict::default_instance();
}

inline std::vector<double> column(const v1::RunRecord& record, std::string_view subject,
                                  std::string_view metric) {
  for (const v1::Column& found : record.samples().columns()) {
    if (found.subject() == subject && found.metric() == metric) {
      return {found.values().begin(), found.values().end()};
    }
  }
  return {};
}

}  // namespace chokepoint::sim
