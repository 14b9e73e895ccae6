// A quorum whose members hear of each other later.
#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

constexpr double kDown = 1800;  // from the injection to the horizon

// Five members over three places; r/a is slow from half an hour on, to the end.
std::string slowed(std::string_view at, double by, std::string_view more = "",
                   std::string_view faults = "") {
  return fmt::format(R"(
scenario: quorum-delay-test
horizon: 1h
places:
  r/a: {{uplink: {{latency: 0s}}}}
  r/b: {{uplink: {{latency: 0s}}}}
  r/c: {{uplink: {{latency: 0s}}}}
components:
  engine: {{quorum: {{members: 5, at: {}, boot: 0s, member_write: 0s, election_timeout: {{uniform: {{from: 1s, to: 2s}}}}{}}}}}
faults:
  slow: {{at: 30min, network_delay: {{place: r/a, by: {}ms}}}}
{}
)",
                     at, more, by * 1000, faults);
}

constexpr const char* kMinority =
    "[r/a, r/b, r/c, r/a, r/b], first_leader_at: r/a";  // and the leader in it
constexpr const char* kMajority = "[r/a, r/b, r/a, r/c, r/a], first_leader_at: r/a";
constexpr const char* kLeaderBeyond = "[r/b, r/a, r/c, r/a, r/b], first_leader_at: r/b";

std::vector<v1::RunRecord> simulate_each(const std::vector<std::string>& texts) {
  std::vector<Job> jobs;
  for (const std::string& text : texts) jobs.push_back({.scenario = load(text), .options = {}});
  std::vector<v1::RunRecord> records;
  for (Result<v1::RunRecord>& result : run_forked(jobs, 2)) {
    EXPECT_TRUE(result) << result.error().message;
    if (result) records.push_back(*std::move(result));
  }
  return records;
}

double of_engine(const v1::RunRecord& record, std::string_view name) {
  return *measure(record, "component", "engine", name);
}

// Racks of one place are 30 us apart, of two places with the uplinks in between not much more.
constexpr double kNetwork = 1e-3;

TEST(QuorumDelay, ACommitWaitsForTheWayToTheFastestMajorityAndBack) {
  const auto records =
      simulate_each({slowed(kMinority, .2), slowed(kMajority, .2), slowed(kLeaderBeyond, .2)});

  // The leader needs one member beyond the border; none; none.
  EXPECT_NEAR(of_engine(records[0], "commit_time"), .4, kNetwork);
  EXPECT_NEAR(of_engine(records[1], "commit_time"), 0, kNetwork);
  EXPECT_NEAR(of_engine(records[2], "commit_time"), 0, kNetwork);
  for (const v1::RunRecord& record : records) EXPECT_EQ(of_engine(record, "elections"), 0);
}

TEST(QuorumDelay, TheMedianMemberSetsThePaceWhenEveryPlaceHasItsOwnDelay) {
  const auto record = simulate(slowed("[r/a, r/b, r/c, r/b, r/c]", .1, "", R"(
  slower: {at: 30min, network_delay: {place: r/b, by: 50ms}}
  slowest: {at: 30min, network_delay: {place: r/c, by: 100ms}})"));

  // From the leader in a: b is 150 ms away, c 200 ms; the third of five stands in b.
  EXPECT_NEAR(of_engine(record, "commit_time"), .3, kNetwork);
}

TEST(QuorumDelay, ACommitIsAsFastAsBeforeOnceTheDelayIsGone) {
  std::string text = slowed(kMinority, .2);
  text.replace(text.find("at: 30min,"), 10, "at: 30min, duration: 10min,");

  EXPECT_NEAR(of_engine(simulate(text), "commit_time"), 0, kNetwork);
}

TEST(QuorumDelay, ALeaderStandsDownExactlyWhenTheRoundTripReachesTheShortestElectionTimeout) {
  const std::vector<double> delays = {.1, .3, .45, .499, .5, .501, .6, 1.1, 1.5, 10};
  std::vector<std::string> texts;
  for (const double by : delays) texts.push_back(slowed(kMinority, by));

  const auto records = simulate_each(texts);

  ASSERT_EQ(records.size(), delays.size());
  for (std::size_t i = 0; i < delays.size(); ++i) {
    const bool is_lost = delays[i] >= .5;
    EXPECT_EQ(of_engine(records[i], "elections"), is_lost ? 1 : 0) << delays[i];
    // The next one stands with the fast majority.
    EXPECT_NEAR(of_engine(records[i], "commit_time"), is_lost ? 0 : 2 * delays[i], kNetwork)
        << delays[i];
    // The last heartbeats come in late, unless nobody waits for them.
    const double late = delays[i] < 1 ? delays[i] : 0;
    EXPECT_LE(of_engine(records[i], "downtime"), is_lost ? late + 2 : 0) << delays[i];
    EXPECT_GE(of_engine(records[i], "downtime"), is_lost ? late + 1 : 0) << delays[i];
  }
}

TEST(QuorumDelay, ALeaderBeyondTheBorderStaysHoweverSlowTheMinorityIs) {
  const auto records = simulate_each({slowed(kLeaderBeyond, .6), slowed(kLeaderBeyond, 5)});

  for (const v1::RunRecord& record : records) {
    EXPECT_EQ(of_engine(record, "elections"), 0);
    EXPECT_EQ(of_engine(record, "downtime"), 0);
  }
}

// A delay that grows in steps is a short silence each time.
TEST(QuorumDelay, ALeaderRidesOutWhatComesInSmallSteps) {
  const auto record = simulate(slowed(kMinority, .4, "", R"(
  more: {at: 40min, network_delay: {place: r/a, by: 400ms}})"));

  EXPECT_EQ(of_engine(record, "elections"), 0);
  EXPECT_NEAR(of_engine(record, "commit_time"), 1.6, kNetwork);
}

// With r/b as slow as r/a no majority stands close together.
std::string all_apart(double by) {
  return slowed(kMinority, by, "",
                fmt::format(R"(
  slow-too: {{at: 30min, network_delay: {{place: r/b, from: r/c, by: {}ms}}}})",
                            by * 1000));
}

TEST(QuorumDelay, WithoutAFastMajorityThereIsNoLeaderBeyondTheShortestElectionTimeout) {
  const auto records =
      simulate_each({all_apart(.4), all_apart(.499), all_apart(.501), all_apart(.9)});

  for (const std::size_t within : {0U, 1U}) {
    EXPECT_EQ(of_engine(records[within], "elections"), 0);
    EXPECT_EQ(of_engine(records[within], "downtime"), 0);
  }
  for (const std::size_t beyond : {2U, 3U}) {
    EXPECT_EQ(of_engine(records[beyond], "elections"), 0);
    EXPECT_NEAR(of_engine(records[beyond], "downtime"), kDown, 1e-6);
  }
}

TEST(QuorumDelay, AnElectionAcrossTheBorderWaitsForTheVotes) {
  const auto record = simulate(slowed(kMinority, .2, ", votes: 4", R"(
  leader: {at: 40min, crash: {component: engine, members: 1, place: r/c}}
  other: {at: 50min, duration: 1s, crash: {component: engine, place: r/a}})"));

  // All four that are left have to vote, and two of them are 200 ms away.
  EXPECT_EQ(of_engine(record, "elections"), 1);
  EXPECT_GT(of_engine(record, "downtime"), 1 + 1 + .4);
  EXPECT_LT(of_engine(record, "downtime"), 1 + 2 + .4 + .01);
}

TEST(QuorumDelay, WithoutPreVoteASlowMemberEndsTheTermOfEveryLeader) {
  const std::vector<double> delays = {.6, .89, .91, 1.5};
  std::vector<std::string> texts;
  for (const double by : delays) texts.push_back(slowed(kLeaderBeyond, by, ", pre_vote: false"));

  const auto records = simulate_each(texts);

  for (std::size_t i = 0; i < delays.size(); ++i) {
    // A heartbeat every 100 ms, and at least a second of patience.
    if (delays[i] < .9) {
      EXPECT_EQ(of_engine(records[i], "elections"), 0) << delays[i];
      continue;
    }
    // Leads for the way there and back. Then the shortest of five timers, 1 + 1/6 s on average; in
    // two of five rounds it is a slow member's, and all begin anew when they hear of it.
    const double election = ((1 + 1. / 6) + .4 * delays[i]) / .6;
    const double cycle = 2 * delays[i] + election;
    EXPECT_NEAR(of_engine(records[i], "elections"), kDown / cycle, .03 * kDown / cycle);
    EXPECT_NEAR(of_engine(records[i], "downtime") / kDown, election / cycle, .03) << delays[i];
  }
}

TEST(QuorumDelay, WithoutPreVoteMembersThatWereCutOffEndTheLeadersTermWhenTheyAreBack) {
  const auto cut = [](std::string_view lasts, std::string_view more) {
    return slowed(
        kLeaderBeyond, .1, more,
        fmt::format("  cut: {{at: 40min, duration: {}, partition: {{place: r/a}}}}", lasts));
  };
  const auto records = simulate_each(
      {cut("1min", ", pre_vote: false"), cut("1min", ""), cut("900ms", ", pre_vote: false")});

  EXPECT_EQ(of_engine(records[0], "elections"), 1);
  EXPECT_NEAR(of_engine(records[0], "downtime"), 1.5, .5);
  EXPECT_EQ(of_engine(records[1], "elections"), 0);
  EXPECT_EQ(of_engine(records[2], "elections"), 0);  // too short for them to stand
}

TEST(QuorumDelay, WithoutPreVoteTheLeadersStayOnceTheDelayIsGone) {
  std::string text = slowed(kLeaderBeyond, 1.5, ", pre_vote: false");
  text.replace(text.find("at: 30min,"), 10, "at: 30min, duration: 1min,");

  const auto record = simulate(text);

  EXPECT_LT(of_engine(record, "downtime"), 31);
  EXPECT_LT(of_engine(record, "elections"), 31);
}

}  // namespace
}  // namespace chokepoint::sim
