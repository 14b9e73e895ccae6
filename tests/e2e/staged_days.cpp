#include "tests/e2e/staged_days.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "chokepoint/v1/record.pb.h"
#include "scenarios/loader/load.h"
#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

namespace json = google::protobuf::util;

}  // namespace

const char* const kShortScenario = R"(# A quorum that loses a zone.
scenario: short-loss
horizon: 40s
traffic: {tick: 500ms, sample: 1s}
places: {zone-a: {racks: 2}, zone-b: {racks: 2}, zone-c: {racks: 2}}
components:
  lane: {service: {replicas: 1, at: zone-c, capacity: 500/s, service_time: 1ms, boot: 2s}}
  book:
    quorum:
      members: 5
      spread: pack
      at: [zone-a, zone-b, zone-a, zone-c, zone-a]
      election_timeout: {uniform: {from: 1s, to: 1500ms}} # a guess
      boot: 1s
capabilities:
  trade: {needs: [lane, book]}
  view: {needs: [lane]}
users: {traders: {rate: 10/s, uses: {trade: 50%, view: 50%}}}
faults:
  zone-a-dark: {at: 10s, duration: 10s, place_loss: {place: zone-a}}
expect:
  trading-stops: {measure: {name: outage, capability: trade, at_least: 10s}, basis: predicted}
variants:
  balanced: # two of five in each of two zones
    components: {book: {quorum: {at: [zone-a, zone-b, zone-c, zone-a, zone-b]}}}
    expect: {trading-stops: null}
)";

const char* const kShortDeployment = R"(deployment: staging
blast_radius: {agents: 2}
places: {zone-a: {agents: [a1], interface: uplink}, zone-b: {agents: [b1], interface: uplink}}
probes:
  trade: {every: 200ms, tcp: {address: "127.0.0.1:1"}}
  view: {every: 200ms, tcp: {address: "127.0.0.1:1"}}
budget: {trade: {outage: 1min}}
)";

void stage(const StagedDay& day, const std::string& folder) {
  std::vector<std::string> words = {"run", day.scenario, "--json", "--seed",
                                    std::to_string(day.seed)};
  if (!day.variant.empty()) words.insert(words.end(), {"--variant", day.variant});
  for (const std::string& change : day.truth) words.insert(words.end(), {"--set", change});
  const Outcome run = chokepoint(words);
  v1::RunRecord record;
  ASSERT_TRUE(json::JsonStringToMessage(run.out, &record).ok()) << run.err;
  record.clear_overrides();  // nobody knows the truth
  record.set_digest(load_scenario(day.scenario, {.variant = day.variant}).digest);
  v1::GameDayOrigin& origin = *record.mutable_game_day();
  origin.set_id(day.id);
  origin.set_deployment("staging");
  origin.set_pace(day.pace);
  origin.set_ended("held");
  for (const char* const capability : {"trade", "view"}) {
    (*origin.mutable_resolution_s())[capability] = day.resolution;
  }
  record.set_outcome(v1::OUTCOME_HELD);
  record.clear_verdicts();
  std::string text;
  ASSERT_TRUE(json::MessageToJsonString(record, &text).ok());
  std::filesystem::create_directories(folder);
  cli::testing::write_text(folder + "/record.json", text);
}

}  // namespace chokepoint::e2e
