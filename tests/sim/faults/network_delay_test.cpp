// What users notice of a slow place.
#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// A service in r/a calls a book that stands in r/b. `delay` is what slows r/a down for the second
// half of the run.
std::string shop(std::string_view delay, std::string_view more = "", std::string_view at = "r/a") {
  return fmt::format(R"(
scenario: network-delay-test
horizon: 20min
traffic: {{tick: 1s, sample: 10s}}
places: {{r/a: {{racks: 4}}, r/b: {{racks: 4}}}}
components:
  app: {{service: {{replicas: 2, at: {}, service_time: 1ms, boot: 0s, calls: {{book: {{timeout: 1s}}}}}}{}}}
  book: {{quorum: {{members: 1, at: r/b}}}}
capabilities:
  use: {{needs: [app, book]}}
users:
  all: {{rate: 50/s, uses: {{use: 100%}}, patience: 2500ms}}
faults:
  slow: {{at: 10min, network_delay: {{{}}}}}
)",
                     at, more, delay);
}

// Of the requests of the second half.
double share_failed(const v1::RunRecord& record) {
  return *measure(record, "capability", "use", "failed") / (50 * 600);
}

std::vector<double> shares_failed(const std::vector<std::string>& texts) {
  std::vector<Job> jobs;
  for (const std::string& text : texts) jobs.push_back({.scenario = load(text), .options = {}});
  std::vector<double> shares;
  for (const Result<v1::RunRecord>& result : run_forked(jobs, 2)) {
    EXPECT_TRUE(result) << result.error().message;
    shares.push_back(result ? share_failed(*result) : -1);
  }
  return shares;
}

TEST(NetworkDelay, ACallFailsWhenTheWayThereAndBackIsLongerThanItsTimeout) {
  const auto shares =
      shares_failed({shop("place: r/a, from: r/b, by: 490ms"),
                     shop("place: r/a, from: r/b, by: 510ms"), shop("place: r/b, by: 510ms")});

  EXPECT_NEAR(shares[0], 0, 1e-3);
  EXPECT_NEAR(shares[1], 1, .01);
  EXPECT_NEAR(shares[2], 1, .01);
}

TEST(NetworkDelay, UsersWaitForTheWayToTheirEntryToo) {
  // 1 s to the app and back, and 1 s on to the book: no call takes too long, and the user has 2.5
  // s.
  const auto shares =
      shares_failed({shop("place: r/a, by: 490ms"), shop("place: r/a, by: 490ms", "", "r/b"),
                     shop("place: r/b, by: 1400ms", "", "r/b")});

  EXPECT_NEAR(shares[0], 0, 1e-3);
  EXPECT_NEAR(shares[1], 0, 1e-3);
  EXPECT_NEAR(shares[2], 1, .01);
}

TEST(NetworkDelay, HitsTheShareOfTheReplicasThatStandBehindIt) {
  const auto shares = shares_failed({shop("place: r/a, by: 700ms", "", "[r/a, r/b]")});

  EXPECT_NEAR(shares[0], .5, .02);
}

TEST(NetworkDelay, AHealthCheckThatIsLessPatientTakesSlowReplicasOut) {
  const auto shares = shares_failed(
      {shop("place: r/a, by: 700ms", ", health_check: {period: 1s, timeout: 1s}", "[r/a, r/b]"),
       shop("place: r/a, by: 700ms", ", health_check: {period: 1s, timeout: 2s}", "[r/a, r/b]")});

  EXPECT_LT(shares[0], .01);
  EXPECT_NEAR(shares[1], .5, .02);
}

TEST(NetworkDelay, ACallToAQuorumGoesTheWayToItsLeader) {
  std::string text = shop("place: r/a, by: 5s", "", "r/b");
  text.replace(text.find("members: 1, at: r/b"), 19, "members: 3, at: [r/b, r/b, r/a]");

  EXPECT_NEAR(share_failed(simulate(text)), 0, 1e-3);
}

TEST(NetworkDelay, DelaysOfSeveralFaultsAddUp) {
  const auto shares = shares_failed(
      {shop("place: r/a, by: 300ms}}\n  more: {at: 10min, network_delay: {place: r/b, by: 300ms")});

  EXPECT_NEAR(shares[0], 1, .01);
}

TEST(NetworkDelay, IsRecordedEachWayWithItsPeer) {
  std::string text = shop("place: r/a, from: r/b, by: 400ms");
  text.replace(text.find("at: 10min,"), 10, "at: 10min, duration: 5min,");
  const auto record = simulate(text);

  ASSERT_EQ(record.injections_size(), 2);
  EXPECT_EQ(record.injections(0).primitive(), v1::PRIMITIVE_NETWORK_DELAY);
  EXPECT_EQ(record.injections(0).target(), "r/a");
  EXPECT_EQ(record.injections(0).peer(), "r/b");
  EXPECT_EQ(record.injections(0).value(), .4);
  EXPECT_EQ(record.injections(1).value(), 0);
  EXPECT_NEAR(record.injections(1).at_s(), 15 * 60, 1e-6);
}

}  // namespace
}  // namespace chokepoint::sim
