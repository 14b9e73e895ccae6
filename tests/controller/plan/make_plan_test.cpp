#include "controller/plan/make_plan.h"

#include <gmock/gmock.h>

#include "tests/controller/plan/plan_sources.h"

namespace chokepoint::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::GameDayPlan plan_of(const v1::RunRecord& record, const v1::Deployment& deployment,
                        const std::string& text = "scenario: shop\n") {
  const v1::Scenario scenario = staged_scenario();
  const std::vector<v1::RunRecord> records = {record};
  return make_plan({.scenario = scenario,
                    .predictions = records,
                    .deployment = deployment,
                    .scenario_text = text,
                    .deployment_text = "deployment: staging\n",
                    .pace = 1,
                    .now = 1000});
}

v1::RunRecord small_outage() {
  v1::RunRecord record = record_of_an_hour();
  add(record, 100, v1::PRIMITIVE_PROCESS_STOP, "db/0");
  add(record, 150, v1::PRIMITIVE_PROCESS_START, "db/0", 0);
  add_down(record, "buy", 100, 150);
  return record;
}

std::vector<std::string> objections_to(const v1::RunRecord& record,
                                       const v1::Deployment& deployment) {
  std::vector<std::string> all;
  for (const Error& error : objections(plan_of(record, deployment))) all.push_back(error.message);
  return all;
}

TEST(Plan, HasNothingAgainstItWhenItKeepsWithinWhatTheDeploymentAllows) {
  EXPECT_THAT(objections_to(small_outage(), staged_deployment()), IsEmpty());
}

TEST(Plan, IsBoundToEveryByteOfTheFilesAndToItsOwnContents) {
  const v1::GameDayPlan plan = plan_of(small_outage(), staged_deployment());
  const v1::GameDayPlan other = plan_of(small_outage(), staged_deployment(), "scenario: Shop\n");
  v1::GameDayPlan tampered = plan;
  tampered.mutable_injections(0)->set_agent("b1");

  EXPECT_EQ(plan.scenario_sha256(),
            "96408db4bd342da6831b7f32b16e88f9065932b629aa0567cc1c6f3e812550cf");
  EXPECT_NE(plan.scenario_sha256(), other.scenario_sha256());
  EXPECT_NE(plan.prediction_sha256(), other.prediction_sha256());
  EXPECT_EQ(digest_of_prediction(plan), plan.prediction_sha256());
  EXPECT_NE(digest_of_prediction(tampered), plan.prediction_sha256());
  EXPECT_EQ(digest_of_plan(plan), plan.plan_sha256());
  EXPECT_NE(digest_of_plan(tampered), plan.plan_sha256());
  EXPECT_EQ(plan.expires_at(), 1000 + 24 * 3600);
}

TEST(Plan, IsAnotherOneWhenItEndsLaterThoughWhatIsPredictedIsTheSame) {
  v1::GameDayPlan plan = plan_of(small_outage(), staged_deployment());
  plan.set_expires_at(plan.expires_at() + 1);

  EXPECT_NE(digest_of_plan(plan), plan.plan_sha256());
  EXPECT_EQ(digest_of_prediction(plan), plan.prediction_sha256());
}

TEST(Plan, CountsTheAgentsThatItHitsItself) {
  v1::Deployment deployment = staged_deployment();
  deployment.mutable_blast_radius()->set_agents(1);
  v1::RunRecord record = small_outage();
  add(record, 140, v1::PRIMITIVE_PROCESS_STOP, "db/1");
  v1::GameDayPlan plan = plan_of(record, deployment);
  ASSERT_EQ(plan.agents_hit(), 2U);

  plan.set_agents_hit(1);  // whoever made the file

  ASSERT_EQ(objections(plan).size(), 1U);
  EXPECT_THAT(objections(plan)[0].message, HasSubstr("allows 1"));
}

TEST(Plan, IsRefusedWhenItReachesMoreAgentsThanTheBlastRadiusAllows) {
  v1::Deployment deployment = staged_deployment();
  deployment.mutable_blast_radius()->set_agents(1);
  v1::RunRecord record = small_outage();
  add(record, 140, v1::PRIMITIVE_PROCESS_STOP, "db/1");

  EXPECT_THAT(objections_to(record, deployment), ElementsAre(HasSubstr("allows 1")));
  deployment.mutable_blast_radius()->set_agents(2);
  EXPECT_THAT(objections_to(record, deployment), IsEmpty());
  deployment.mutable_blast_radius()->set_share(0.25);  // of four
  EXPECT_THAT(objections_to(record, deployment), ElementsAre(HasSubstr("allows 1")));
}

TEST(Plan, IsRefusedWhenThePredictionExceedsTheBudget) {
  v1::Deployment deployment = staged_deployment();
  (*deployment.mutable_budget())["buy"].set_outage(49);

  EXPECT_THAT(objections_to(small_outage(), deployment),
              ElementsAre("'buy' is predicted to be down for up to 50s, and the budget is 49s"));
}

TEST(Plan, IsRefusedWhenTheGuardsWouldEndIt) {
  v1::Deployment deployment = staged_deployment();
  deployment.mutable_guards()->add_never_down("buy");

  EXPECT_THAT(objections_to(small_outage(), deployment),
              ElementsAre(HasSubstr("must never be down")));
}

TEST(Plan, IsRefusedWhenTwoFaultsMeetOnOneThing) {
  v1::RunRecord record = small_outage();
  add(record, 120, v1::PRIMITIVE_PROCESS_PAUSE, "db/0", 10);
  EXPECT_THAT(objections_to(record, staged_deployment()),
              ElementsAre("two faults would be on a1, process: 'db' at the same time"));

  v1::RunRecord cut = record_of_an_hour();
  add(cut, 100, v1::PRIMITIVE_NETWORK_PARTITION, "zone-b", 1, "f", "zone-a");
  add(cut, 200, v1::PRIMITIVE_NETWORK_PARTITION, "zone-b", 1, "g");
  EXPECT_THAT(objections_to(cut, staged_deployment()),
              ElementsAre(HasSubstr("two faults would be on b1")));
}

TEST(Plan, IsRefusedWhenNothingIsBound) {
  EXPECT_THAT(objections_to(record_of_an_hour(), staged_deployment()),
              ElementsAre("nothing would be injected"));
}

}  // namespace
}  // namespace chokepoint::controller
