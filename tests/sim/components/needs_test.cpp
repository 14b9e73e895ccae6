#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// shop needs tokens, tokens need keys; keys lose the given share of their racks from 10 to 20 min.
std::string chain(std::string_view shop_needs, std::string_view share) {
  return fmt::format(R"(
scenario: needs-test
horizon: 1h
places: {{r/a: {{racks: 10}}, r/b: {{}}}}
components:
  keys: {{service: {{replicas: 10, at: r/a, boot: 0s}}}}
  a-tokens: {{service: {{replicas: 1, at: r/b}}, needs: [keys]}}
  shop: {{service: {{replicas: 1, at: r/b, workers: 100}}, needs: [{}]}}
capabilities: {{buy: {{needs: [shop]}}}}
users: {{all: {{rate: 10/s, uses: {{buy: 100%}}}}}}
faults: {{loss: {{at: 10min, duration: 10min, place_loss: {{place: r/a, share: {}}}}}}}
)",
                     shop_needs, share);
}

TEST(Needs, HoldDownWhatNeedsThemThroughAnyNumberOfHands) {
  const auto record = simulate(chain("a-tokens", "100%"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "shop", "downtime"), 600);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "a-tokens", "downtime"), 600);
  EXPECT_DOUBLE_EQ(*measure(record, "capability", "buy", "outage"), 600);
}

TEST(Needs, LetThroughAsMuchAsTheyAreUp) {
  const auto record = simulate(chain("a-tokens", "30%"));

  EXPECT_NEAR(*measure(record, "component", "shop", "lowest_level"), 0.7, 1e-9);
  EXPECT_NEAR(*measure(record, "capability", "buy", "success_ratio"), (50 + 10 * 0.7) / 60, 0.01);
}

TEST(Needs, AreNotMetBelowTheShareAskedFor) {
  const auto record = simulate(chain("{component: a-tokens, at_least: 80%}", "30%"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "shop", "downtime"), 600);
}

TEST(Needs, AreMetAtTheShareAskedFor) {
  const auto record = simulate(chain("{component: a-tokens, at_least: 70%}", "30%"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "shop", "downtime"), 0);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "shop", "lowest_level"), 1);
}

TEST(Needs, AreNamedAsTheCause) {
  const auto record = simulate(chain("a-tokens", "100%"));

  for (const v1::Interval& interval : record.intervals()) {
    if (interval.subject() == "shop" && interval.state() == "down") {
      EXPECT_EQ(interval.cause(), "a-tokens");
    }
    if (interval.subject() == "a-tokens" && interval.state() == "down") {
      EXPECT_EQ(interval.cause(), "keys");
    }
  }
}

TEST(Needs, MayBeLongInARow) {
  std::string text = R"(
scenario: long-row
horizon: 2min
places: {r: {}}
components:
  c-00000: {service: {replicas: 1, at: r}}
)";
  constexpr int kLength = 3000;
  for (int index = 1; index < kLength; ++index) {
    text += fmt::format("  c-{:05}: {{service: {{replicas: 1, at: r}}, needs: [c-{:05}]}}\n", index,
                        index - 1);
  }
  text += "faults: {loss: {at: 1min, crash: {component: c-00000}}}\n";

  const auto record = simulate(text);

  EXPECT_DOUBLE_EQ(*measure(record, "component", fmt::format("c-{:05}", kLength - 1), "downtime"),
                   60);
}

std::string shared_gateway(std::string_view users) {
  return fmt::format(R"(
scenario: calls-test
horizon: 1h
places: {{a: {{racks: 1}}, b: {{racks: 1}}}}
components:
  gateway: {{service: {{replicas: 1, at: a, workers: 100, calls: {{engine: {{}}}}}}}}
  engine: {{service: {{replicas: 1, at: b, workers: 100}}}}
  website: {{service: {{replicas: 1, at: a, workers: 100, calls: {{engine: {{}}}}}}}}
capabilities:
  trade: {{needs: [gateway, engine]}}
  view: {{needs: [gateway]}}
  browse: {{needs: [website]}}
users: {{all: {{rate: 10/s, uses: {}}}}}
faults: {{loss: {{at: 0s, crash: {{component: engine}}}}}}
)",
                     users);
}

TEST(Calls, AreMadeForTheCapabilitiesThatNeedThemWhereSeveralComeTheSameWay) {
  const auto record = simulate(shared_gateway("{trade: 50%, view: 50%}"));

  EXPECT_DOUBLE_EQ(*measure(record, "capability", "view", "success_ratio"), 1);
  EXPECT_DOUBLE_EQ(*measure(record, "capability", "trade", "success_ratio"), 0);
}

TEST(Calls, AreMadeForEveryRequestWhereNobodyNamesThemAsANeed) {
  const auto record = simulate(shared_gateway("{browse: 100%}"));

  EXPECT_DOUBLE_EQ(*measure(record, "capability", "browse", "success_ratio"), 0);
}

}  // namespace
}  // namespace chokepoint::sim
