#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// What strikes is drawn, and so is how long the quorum elects and how racks are chosen for it.
constexpr std::string_view kScenario = R"(
scenario: circumstances-test
horizon: 2h
places: {r: {racks: 20}, s: {racks: 4}}
components:
  book: {quorum: {members: 5, at: r, election_timeout: {uniform: {from: 1s, to: 60s}}}}
  spare: {service: {replicas: 10, at: s, boot: {exponential: 1min}}}
capabilities: {use: {needs: [book, spare]}}
users: {all: {rate: 10/s, uses: {use: 100%}}}
faults:
  some-racks: {at: 10min, duration: 20min, place_loss: {place: r, share: 50%}}
  now-and-then: {at: 30min, random_failures: {component: spare, time_to_failure: {exponential: 1h}, repair: {exponential: 1min}}}
)";

std::vector<v1::RunRecord> runs(std::optional<std::uint64_t> circumstances_of) {
  std::vector<Job> jobs;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    jobs.push_back({.scenario = load(kScenario),
                    .options = {.seed = seed, .circumstances_of = circumstances_of}});
  }
  std::vector<v1::RunRecord> records;
  for (Result<v1::RunRecord>& record : run_forked(jobs, 2)) records.push_back(*std::move(record));
  return records;
}

std::string injections(const v1::RunRecord& record) {
  std::string all;
  for (const v1::Injection& injection : record.injections()) all += injection.ShortDebugString();
  return all;
}

TEST(Circumstances, OfOneSeedStrikeEverySeedAlike) {
  const std::vector<v1::RunRecord> records = runs(3);
  for (const v1::RunRecord& record : records) {
    EXPECT_EQ(injections(record), injections(records.front()));
  }
  EXPECT_NE(records[0].fingerprint(), records[1].fingerprint());
  EXPECT_EQ(records[0].circumstances_of(), 3);
}

TEST(Circumstances, AreThoseOfTheSeedItselfUnlessSaidOtherwise) {
  const std::vector<v1::RunRecord> others = runs({});
  const std::vector<v1::RunRecord> same = runs(3);
  EXPECT_NE(injections(others[0]), injections(others[1]));
  EXPECT_EQ(others[2].SerializeAsString(), same[2].SerializeAsString());
  EXPECT_EQ(injections(others[2]), injections(same[0]));
}

}  // namespace
}  // namespace chokepoint::sim
