#pragma once
// Scenarios for tests: a sound one, as YAML, to which a test adds the lines that it is about.

#include <gtest/gtest.h>

#include <string>

#include "scenarios/loader/load.h"

namespace chokepoint {

// Two zones, a service that calls a quorum of five, one capability. Further sections may follow.
inline std::string shop(const std::string& more = "") {
  return R"(scenario: shop
horizon: 2h
places:
  zone-a: {racks: 10}
  zone-b: {racks: 10}
components:
  web: {service: {replicas: 4, at: [zone-a, zone-b], calls: {db: {retry: 3}}}}
  db: {quorum: {members: 5, at: [zone-a, zone-b]}}
capabilities:
  buy: {needs: [web, db]}
)" + more;
}

// The scenario; fails the test, with the errors, when it does not load.
inline v1::Scenario loaded(const std::string& text, const Selection& selection = {}) {
  const LoadResult result = load_scenario_text(text, "test.yaml", selection);
  EXPECT_TRUE(result.errors.empty()) << format_errors(result.errors);
  return result.scenario;
}

// All errors as printed; fails the test when there are none.
inline std::string errors_of(const std::string& text, const Selection& selection = {}) {
  const LoadResult result = load_scenario_text(text, "test.yaml", selection);
  EXPECT_FALSE(result.errors.empty());
  return format_errors(result.errors);
}

}  // namespace chokepoint
