#include "controller/plan/reduce.h"

#include <gmock/gmock.h>

#include "tests/controller/plan/plan_sources.h"

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Reduced reduced(const v1::RunRecord& record, double pace = 1) {
  return reduce(record, staged_scenario(), staged_deployment(), pace);
}

// The only injection; the text of its fault without the duration.
std::string only_fault(const v1::RunRecord& record) {
  const Reduced result = reduced(record);
  EXPECT_THAT(result.injections, SizeIs(1));
  if (result.injections.empty()) return "";
  const std::string& text = result.injections.front().fault();
  return text.substr(text.find('\n') + 1);
}

TEST(Reduce, DealsTheRacksOfAPlaceOutToItsHostsAndDarkensThoseThatLostMost) {
  v1::RunRecord record = record_of_an_hour();
  for (int rack = 0; rack < 7; ++rack) {
    add(record, 60 + rack, v1::PRIMITIVE_HOST_OFF, "zone-a/rack-" + std::to_string(rack));
  }
  for (int rack = 0; rack < 7; ++rack) {
    add(record, 600 + rack, v1::PRIMITIVE_HOST_ON, "zone-a/rack-" + std::to_string(rack));
  }

  const Reduced result = reduced(record);

  // Racks 0 to 4 are a1's: dark with the third, until the third is back. Two of a2's five never are
  // enough.
  ASSERT_THAT(result.injections, SizeIs(1));
  EXPECT_EQ(result.injections[0].agent(), "a1");
  EXPECT_EQ(result.injections[0].at_s(), 62);
  EXPECT_EQ(result.injections[0].duration_s(), 602 - 62);
  EXPECT_EQ(result.injections[0].cause(), "f");
  EXPECT_EQ(result.injections[0].fault(),
            "duration: 570.000s\npacket_loss: {interface: 'uplink'}\n");
}

TEST(Reduce, BindsARackCloserThanItsPlace) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 60, v1::PRIMITIVE_HOST_OFF, "zone-b/rack-9");

  const Reduced result = reduced(record);

  ASSERT_THAT(result.injections, SizeIs(1));
  EXPECT_EQ(result.injections[0].agent(), "b9");
  EXPECT_EQ(result.injections[0].duration_s(), 3600 - 60);
}

TEST(Reduce, DividesTimesByThePace) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 600, v1::PRIMITIVE_PROCESS_STOP, "db/1");
  add(record, 1800, v1::PRIMITIVE_PROCESS_START, "db/1", 0);

  const Reduced result = reduced(record, 60);

  ASSERT_THAT(result.injections, SizeIs(1));
  EXPECT_EQ(result.injections[0].agent(), "b1");
  EXPECT_EQ(result.injections[0].at_s(), 10);
  EXPECT_EQ(result.injections[0].duration_s(), 20);
  EXPECT_THAT(result.injections[0].fault(), HasSubstr("process_stop: {process: 'db'}"));
}

TEST(Reduce, HoldsAFaultUntilItsLastReasonIsGone) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_PROCESS_STOP, "db/0", 1, "first");
  add(record, 200, v1::PRIMITIVE_PROCESS_STOP, "db/0", 1, "second");
  add(record, 300, v1::PRIMITIVE_PROCESS_START, "db/0", 0);
  add(record, 400, v1::PRIMITIVE_PROCESS_START, "db/0", 0);

  const Reduced result = reduced(record);

  ASSERT_THAT(result.injections, SizeIs(1));
  EXPECT_EQ(result.injections[0].at_s(), 100);
  EXPECT_EQ(result.injections[0].duration_s(), 300);
  EXPECT_EQ(result.injections[0].cause(), "first");
}

TEST(Reduce, CutsPlacesOffFromEachOtherByTheirNetworks) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_NETWORK_PARTITION, "zone-b", 1, "f", "zone-a");

  EXPECT_EQ(only_fault(record), "packet_loss: {interface: 'eth', peers: ['10.0.1.0/24']}\n");
}

TEST(Reduce, DelaysWhatPassesBetweenAPlaceAndItsPeerEachWay) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_NETWORK_DELAY, "zone-b", .4, "f", "zone-a");
  add(record, 160, v1::PRIMITIVE_NETWORK_DELAY, "zone-b", 0, "f", "zone-a");

  EXPECT_EQ(only_fault(record),
            "packet_delay: {interface: 'eth', peers: ['10.0.1.0/24'], direction: both, delay: "
            "400ms}\n");
  EXPECT_EQ(reduced(record).injections[0].agent(), "b1");
  EXPECT_EQ(reduced(record).injections[0].duration_s(), 60);
}

// Without peers an agent would delay what hosts of one place send each other, and that twice.
TEST(Reduce, DelaysAPlaceFromAllOtherPlacesAndTheOutsideButNotFromItself) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_NETWORK_DELAY, "zone-a", .05);
  v1::Deployment deployment = staged_deployment();
  deployment.add_outside("10.0.0.0/24");

  const Reduced result = reduce(record, staged_scenario(), deployment, 1);

  ASSERT_THAT(result.injections, SizeIs(2));
  for (const auto& [index, agent] : {std::pair{0, "a1"}, std::pair{1, "a2"}}) {
    const v1::PlannedInjection& one = result.injections[static_cast<std::size_t>(index)];
    EXPECT_EQ(one.agent(), agent);
    EXPECT_THAT(one.fault(), HasSubstr("packet_delay: {interface: 'uplink', peers: ['10.0.2.0/24', "
                                       "'10.0.0.0/24'], direction: both, delay: 50ms}\n"));
  }
}

TEST(Reduce, TellsDelaysOfSeveralFaultsApart) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_NETWORK_DELAY, "zone-b", .4, "first");
  add(record, 200, v1::PRIMITIVE_NETWORK_DELAY, "zone-b", 0, "first");
  add(record, 300, v1::PRIMITIVE_NETWORK_DELAY, "zone-b", .6, "second");
  add(record, 350, v1::PRIMITIVE_NETWORK_DELAY, "zone-b", 0, "second");

  const Reduced result = reduced(record);

  ASSERT_THAT(result.injections, SizeIs(2));
  EXPECT_THAT(result.injections[0].fault(), HasSubstr("delay: 400ms"));
  EXPECT_EQ(result.injections[0].duration_s(), 100);
  EXPECT_THAT(result.injections[1].fault(), HasSubstr("delay: 600ms"));
  EXPECT_EQ(result.injections[1].duration_s(), 50);
}

TEST(Reduce, SlowsAComponentsControlGroupsByTheCoresThatTheyHave) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_CPU_LIMIT, "db", 0.25);
  add(record, 200, v1::PRIMITIVE_CPU_LIMIT, "db", 1);

  EXPECT_EQ(only_fault(record), "cpu_limit: {cgroup: 'db', cores: 50%}\n");
  EXPECT_EQ(reduced(record).injections[0].duration_s(), 100);
}

TEST(Reduce, PausesForAsLongAsItSaysAndWhileAControlPlaneStalls) {
  v1::RunRecord pause = record_of_an_hour();
  add(pause, 100, v1::PRIMITIVE_PROCESS_PAUSE, "db/0", 40);
  v1::RunRecord stall = record_of_an_hour();
  add(stall, 100, v1::PRIMITIVE_CONTROL_PLANE_STALL, "events", 1);
  add(stall, 700, v1::PRIMITIVE_CONTROL_PLANE_STALL, "events", 0);

  EXPECT_EQ(only_fault(pause), "process_pause: {process: 'db'}\n");
  EXPECT_EQ(reduced(pause).injections[0].duration_s(), 40);
  EXPECT_EQ(only_fault(stall), "process_pause: {process: 'planner'}\n");
  EXPECT_EQ(reduced(stall).injections[0].duration_s(), 600);
}

TEST(Reduce, GrowsAFileUntilAGoodVersionGoesOut) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_CONFIG_PUSH, "features", 60, "");
  add(record, 200, v1::PRIMITIVE_CONFIG_PUSH, "features", 200, "bad");
  add(record, 500, v1::PRIMITIVE_CONFIG_PUSH, "features", 60, "");

  EXPECT_EQ(only_fault(record), "config_bloat: {file: 'map', entries: 200, format: nginx-map}\n");
  EXPECT_EQ(reduced(record).injections[0].at_s(), 200);
  EXPECT_EQ(reduced(record).injections[0].duration_s(), 300);
}

TEST(Reduce, AltersAnswersAndEmptiesRecords) {
  v1::RunRecord lies = record_of_an_hour();
  add(lies, 100, v1::PRIMITIVE_ANSWERS_ALTERED, "rpc/0", 1);
  v1::RunRecord name = record_of_an_hour();
  add(name, 100, v1::PRIMITIVE_DNS_CHANGE, "name", 0);
  add(name, 400, v1::PRIMITIVE_DNS_CHANGE, "name", 3, "");

  EXPECT_EQ(only_fault(lies),
            "rpc_answer: {service: 'node', method: 'eth_getBalance', result: '\"0x0\"'}\n");
  EXPECT_EQ(only_fault(name), "dns_answer: {service: 'resolver', answer: empty}\n");
}

TEST(Reduce, SaysOfEverythingElseThatItIsOnlySimulatedAndWhy) {
  v1::RunRecord record = record_of_an_hour();
  add(record, 1, v1::PRIMITIVE_DEMAND, "customers", 3);
  add(record, 2, v1::PRIMITIVE_PROCESS_STOP, "web/0");
  add(record, 3, v1::PRIMITIVE_NETWORK_PARTITION, "zone-a", 1, "f", "zone-c");
  add(record, 4, v1::PRIMITIVE_APPROVAL, "owners/anna");
  add(record, 5, v1::PRIMITIVE_NETWORK_DELAY, "zone-c", .4);

  const Reduced result = reduced(record);

  EXPECT_TRUE(result.injections.empty());
  ASSERT_THAT(result.unbound, SizeIs(5));
  EXPECT_THAT(result.unbound[0].reason(), HasSubstr("load generator"));
  EXPECT_EQ(result.unbound[1].reason(), "no process is bound to it");
  EXPECT_EQ(result.unbound[2].reason(), "no networks are written for zone-c");
  EXPECT_THAT(result.unbound[3].reason(), HasSubstr("nothing is signed"));
  EXPECT_EQ(result.unbound[4].reason(), "no agent stands for this place");
}

}  // namespace
}  // namespace chokepoint::controller
