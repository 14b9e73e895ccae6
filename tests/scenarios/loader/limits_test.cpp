#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

// 2,000 halls and services that call each other in a chain, in about 100,000 lines.
std::string large_scenario(const std::string& first_place) {
  std::string text = "scenario: large\nhorizon: 22h\nplaces:\n";
  for (int i = 0; i < 2000; ++i)
    text += fmt::format("  zone-{}/hall-{}: {{racks: 20}}\n", i / 100, i);
  text += "components:\n";
  constexpr int kServices = 12'250;
  for (int i = 0; i < kServices; ++i) {
    text += fmt::format(
        "  service-{}:\n    service:\n      replicas: 4\n      at: [{}-{}, zone-{}]\n"
        "      service_time: {{uniform: {{from: 1ms, to: 9ms}}}}\n      queue_limit: 100\n",
        i, first_place, i % 20, (i + 1) % 20);
    if (i + 1 == kServices) continue;
    text += fmt::format("      calls:\n        service-{}: {{timeout: 500ms, retry: 2}}\n", i + 1);
  }
  return text;
}

void print_time_since(std::chrono::steady_clock::time_point start, const std::string& text) {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::cout << fmt::format("{} lines, {:.1f} MB: {:.2f} s\n",
                           std::count(text.begin(), text.end(), '\n'),
                           static_cast<double>(text.size()) / 1e6, seconds.count());
}

TEST(LargeScenario, OfAHundredThousandLinesLoads) {
  const std::string text = large_scenario("zone");
  const auto start = std::chrono::steady_clock::now();

  EXPECT_EQ(loaded(text).components_size(), 12'250);

  print_time_since(start, text);
}

TEST(LargeScenario, WithAMistakeInEveryServiceIsRefusedAsQuickly) {
  const std::string text = large_scenario("zoen");
  const auto start = std::chrono::steady_clock::now();

  const LoadResult result = load_scenario_text(text, "large.yaml");

  ASSERT_EQ(result.errors.size(), kMaxErrors);
  EXPECT_EQ(result.errors[0].message, "unknown place 'zoen-0'");
  EXPECT_EQ(result.errors[0].hint, "did you mean 'zone-0'?");
  print_time_since(start, text);
}

// A chain as long as the scenario must not need a call stack as deep.
TEST(LargeScenario, FindsACircleOfTenThousandCalls) {
  std::string text = "scenario: ring\nhorizon: 1h\nplaces: {z: {}}\ncomponents:\n";
  for (int i = 0; i < 10'000; ++i) {
    text += fmt::format("  s{}: {{service: {{replicas: 1, at: z, calls: {{s{}: {{}}}}}}}}\n", i,
                        (i + 1) % 10'000);
  }

  const LoadResult result = load_scenario_text(text, "ring.yaml");

  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_TRUE(result.errors[0].message.starts_with("services call each other in a circle: "));
}

}  // namespace
}  // namespace chokepoint
