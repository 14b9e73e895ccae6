#include "sim/components/quorum.h"

#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// Five members over three places as 2-2-1, and a fault.
std::string five_members(std::string_view fault, std::string_view more = "") {
  return fmt::format(R"(
scenario: quorum-test
horizon: 1h
places:
  r/a: {{}}
  r/b: {{}}
  r/c: {{}}
components:
  engine: {{quorum: {{members: 5, at: [r/a, r/b, r/c], first_leader_at: r/a, boot: 0s{}}}}}
faults:
  loss: {}
)",
                     more, fault);
}

TEST(Quorum, SurvivesTheLossOfAPlaceThatHoldsAMinority) {
  const auto record = simulate(five_members("{at: 10min, place_loss: {place: r/a}}"));

  EXPECT_LT(*measure(record, "component", "engine", "downtime"), 0.3);
  EXPECT_EQ(measure(record, "component", "engine", "members_off_peak"), 2);
}

TEST(Quorum, NeedsAMajorityOfTheConfiguredVotersNotOfTheLivingOnes) {
  const auto record = simulate(five_members("{at: 10min, crash: {component: engine, members: 3}}"));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 50 * 60, 1e-3);
}

TEST(Quorum, PausesForOneElectionTimeoutWhenItsLeaderIsLost) {
  const auto record =
      simulate(five_members("{at: 10min, place_loss: {place: r/a}}", ", election_timeout: 2s"));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 2, 1e-6);
  EXPECT_EQ(measure(record, "component", "engine", "elections"), 1);
}

// Four are left, and the shortest of four times between 1 and 2 s is 1.2 s on average; 0.16 is the
// deviation of one.
TEST(Quorum, ElectsWhoeverWaitsTheShortest) {
  const std::string text =
      five_members("{at: 10min, crash: {component: engine, members: 1, place: r/a}}",
                   ", election_timeout: {uniform: {from: 1s, to: 2s}}");
  double sum = 0;
  int elections = 0;
  for (const v1::RunRecord& record : simulate_all(text, 200)) {
    if (*measure(record, "component", "engine", "elections") == 0) continue;
    ++elections;
    sum += *measure(record, "component", "engine", "downtime");
  }

  EXPECT_GE(elections, 70);  // one of the two there leads
  EXPECT_NEAR(sum / elections, 1.2, 3 * .163 / std::sqrt(elections));
}

TEST(Quorum, HoldsNoElectionWhenAFollowerIsLost) {
  const auto record = simulate(five_members("{at: 10min, place_loss: {place: r/c}}"));

  EXPECT_EQ(measure(record, "component", "engine", "elections"), 0);
  EXPECT_EQ(measure(record, "component", "engine", "downtime"), 0);
}

// A fifth of the runs lose their leader with one of five members: 20 of 100, give or take three
// deviations of 4.
TEST(Quorum, IsLedByAnyOfItsMembersUnlessToldWhere) {
  std::string text = five_members("{at: 10min, place_loss: {place: r/c}}");
  text.replace(text.find("first_leader_at: r/a, "), 22, "");
  int elections = 0;
  for (const v1::RunRecord& record : simulate_all(text, 100)) {
    elections += *measure(record, "component", "engine", "elections") > 0 ? 1 : 0;
  }

  EXPECT_GE(elections, 8);
  EXPECT_LE(elections, 32);
}

TEST(Quorum, ComesBackWhenThePlaceDoes) {
  const auto record = simulate(five_members(
      "{at: 10min, duration: 5min, crash: {component: engine}}", ", election_timeout: 1s"));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 5 * 60 + 1, 1e-3);
}

TEST(Quorum, StaysDownWhenItsMembersDoNotRejoin) {
  const auto record = simulate(
      five_members("{at: 10min, duration: 5min, crash: {component: engine}}", ", rejoins: false"));

  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 50 * 60, 1e-3);
}

TEST(Quorum, ElectsALeaderOnTheMajoritySideOfAPartition) {
  const auto record = simulate(five_members("{at: 10min, partition: {place: r/a}}"));

  EXPECT_LT(*measure(record, "component", "engine", "downtime"), 0.3);
  EXPECT_TRUE(event_at(record, "engine", " leads"));
  for (const char* cut_off : {"engine/0 leads", "engine/3 leads"}) {
    EXPECT_FALSE(event_at(record, "engine", cut_off)) << cut_off;
  }
}

TEST(Quorum, WritesAtThePaceOfTheVotesNthFastestMember) {
  Stream stream(1, 0, "test", "commit");
  v1::DrawnDuration write;
  write.set_exponential(1);
  const std::vector<double> no_delay(5, 0);
  double sum = 0;
  constexpr int kDraws = 200000;

  for (int draw = 0; draw < kDraws; ++draw) {
    sum += draw_commit_time(stream, write, no_delay, 3);
  }

  EXPECT_NEAR(sum / kDraws, 1.0 / 3 + 1.0 / 4 + 1.0 / 5, 0.005);
}

TEST(Quorum, WaitsForTwoOfThreeAsTheOrderStatisticSays) {
  Stream stream(2, 0, "test", "commit");
  v1::DrawnDuration write;
  write.set_exponential(1);
  double sum = 0;
  constexpr int kDraws = 200000;

  for (int draw = 0; draw < kDraws; ++draw) {
    sum += draw_commit_time(stream, write, {0, 0, 0}, 2);
  }

  EXPECT_NEAR(sum / kDraws, 1.0 / 2 + 1.0 / 3, 0.005);
}

TEST(Quorum, IsRebuiltElsewhereByOperators) {
  const auto record = simulate(R"(
scenario: rebuild-test
horizon: 2h
places: {r/a: {}, r/b: {}}
components:
  engine: {quorum: {members: 3, at: r/a, rejoins: false, snapshot: 31.25GB, election_timeout: 1s}}
faults:
  loss: {at: 10min, place_loss: {place: r/a}}
operators:
  team:
    watches: {component: engine, is: down}
    detection: 2min
    runbook:
      rebuild: {takes: 20min, rebuild: {component: engine, at: r/b}}
)");

  // 31.25 GB from the backup to each of three members, sharing 12.5 GB/s, fabric 3.125 GB/s each:
  // 10 s.
  EXPECT_NEAR(*measure(record, "component", "engine", "downtime"), 22 * 60 + 10 + 1, 0.1);
}

}  // namespace
}  // namespace chokepoint::sim
