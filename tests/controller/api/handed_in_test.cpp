// Plans that were changed, are too old, come twice, or were never made by us.
#include <limits>

#include "controller/plan/make_plan.h"
#include "controller/plan/states.h"
#include "tests/controller/api/served.h"
#include "tests/controller/run/staged.h"

namespace chokepoint::controller::testing {
namespace {

using ::testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

// As `chokepoint gameday plan` would end; whoever knows this file can do it too.
void sign(v1::GameDayPlan& plan) {
  plan.set_prediction_sha256(digest_of_prediction(plan));
  plan.set_plan_sha256(digest_of_plan(plan));
}

v1::GameDayPlan good_plan() {
  v1::GameDayPlan plan = two_faults();
  plan.set_scenario_sha256("scenario");
  plan.set_deployment_sha256("deployment");
  plan.set_made_at(real_now());
  plan.set_expires_at(real_now() + 3600);
  v1::Deployment& deployment = *plan.mutable_deployment();
  (*deployment.mutable_places())["zone"].set_interface("uplink");
  (*deployment.mutable_probes())["trade"].mutable_command()->set_name("up");
  deployment.mutable_guards()->set_steady_before(60);  // nothing is injected meanwhile
  sign(plan);
  return plan;
}

class HandedIn : public Served {
 protected:
  void SetUp() override {
    issue(Role::operator_, "maria");
    stub_ = v1::GameDays::NewStub(dial_as("maria"));
    for (const char* const name : {"a1", "b1"}) {
      agents_.push_back(std::make_shared<StagedAgent>(registry_, name, in_place_));
      agents_.back()->join();
    }
  }

  grpc::Status submit(const v1::GameDayPlan& plan) {
    grpc::ClientContext context;
    bound(context);
    v1::SubmitRequest request;
    *request.mutable_plan() = plan;
    v1::SubmitReply reply;
    const grpc::Status status = stub_->Submit(&context, request, &reply);
    id_ = reply.id();
    return status;
  }
  grpc::Status start(const std::string& scenario = "scenario",
                     const std::string& deployment = "deployment") {
    grpc::ClientContext context;
    bound(context);
    v1::StartRequest request;
    request.set_id(id_);
    request.set_scenario_sha256(scenario);
    request.set_deployment_sha256(deployment);
    v1::GameDayStatus reply;
    return stub_->Start(&context, request, &reply);
  }
  // Refused, whoever signed it, with a reason that stands in the audit; nothing of it is kept.
  void expect_refused(v1::GameDayPlan plan, const std::string& reason) {
    SCOPED_TRACE(reason);
    sign(plan);
    const grpc::Status status = submit(plan);
    EXPECT_TRUE(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ||
                status.error_code() == grpc::StatusCode::PERMISSION_DENIED ||
                status.error_code() == grpc::StatusCode::ALREADY_EXISTS)
        << status.error_code() << " " << status.error_message();
    EXPECT_THAT(status.error_message(), HasSubstr(reason));
    EXPECT_EQ(last_refusal().call, "Submit");
    EXPECT_THAT(last_refusal().detail, HasSubstr(reason));
    EXPECT_TRUE(store_->game_days()->empty());
  }

  std::atomic<int> in_place_ = 0;
  std::vector<std::shared_ptr<StagedAgent>> agents_;
  std::unique_ptr<v1::GameDays::Stub> stub_;
  std::string id_;
};

TEST_F(HandedIn, PlansAreCarriedOutOnce) {
  ASSERT_TRUE(submit(good_plan()).ok());
  ASSERT_TRUE(start().ok());

  const grpc::Status again = start();

  EXPECT_EQ(again.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(last_refusal().detail, HasSubstr("was begun before"));
  EXPECT_EQ(last_refusal().call, "Start");
  ASSERT_TRUE(game_days_->abort(id_, "enough", "maria"));
  ASSERT_TRUE(within(10, [&] { return is_final(game_days_->status(id_)->state()); }));
  EXPECT_EQ(start().error_code(), grpc::StatusCode::ALREADY_EXISTS) << "also when it is over";
}

TEST_F(HandedIn, PlansThatWereChangedAreRefused) {
  v1::GameDayPlan plan = good_plan();
  plan.mutable_injections(0)->set_duration_s(3000);

  EXPECT_EQ(submit(plan).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(last_refusal().detail, HasSubstr("was changed after it was made"));
}

TEST_F(HandedIn, PlansDoNotLiveLongerForBeingToldSo) {
  v1::GameDayPlan plan = good_plan();
  plan.set_made_at(real_now() - 2 * kDay);
  plan.set_expires_at(plan.made_at() + kDay);
  sign(plan);
  ASSERT_TRUE(submit(plan).ok());
  EXPECT_EQ(start().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(last_refusal().detail, HasSubstr("too old"));

  plan.set_expires_at(real_now() + kDay);  // in the file, by hand
  EXPECT_EQ(submit(plan).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(last_refusal().detail, HasSubstr("was changed after it was made"));

  sign(plan);  // and with a digest to it
  EXPECT_EQ(submit(plan).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(last_refusal().detail, HasSubstr("longer than a day"));
}

TEST_F(HandedIn, FilesThatWereChangedSinceAreRefused) {
  ASSERT_TRUE(submit(good_plan()).ok());

  EXPECT_EQ(start("another").error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(last_refusal().detail, HasSubstr("the scenario was changed"));
  EXPECT_EQ(start("scenario", "").error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(last_refusal().detail, HasSubstr("the deployment was changed"));
}

TEST_F(HandedIn, TimesThatAreNoneAreRefused) {
  const std::vector<std::function<void(v1::GameDayPlan&, double)>> times = {
      [](auto& plan, double to) { plan.set_pace(to); },
      [](auto& plan, double to) { plan.set_horizon_s(to); },
      [](auto& plan, double to) { plan.set_expires_at(to); },
      [](auto& plan, double to) { plan.mutable_injections(0)->set_at_s(to); },
      [](auto& plan, double to) { plan.mutable_injections(1)->set_duration_s(to); },
      [](auto& plan, double to) {
        plan.mutable_deployment()->mutable_guards()->set_agent_lost(to);
      },
      [](auto& plan, double to) {
        (*plan.mutable_deployment()->mutable_probes())["trade"].set_every(to);
      },
      [](auto& plan, double to) {
        plan.mutable_deployment()->mutable_blast_radius()->set_share(to);
      }};
  for (const auto& set : times) {
    for (const double value : {kNotANumber, kInfinity, 1e300}) {
      v1::GameDayPlan plan = good_plan();
      set(plan, value);
      expect_refused(plan, "");
    }
  }
  v1::GameDayPlan plan = good_plan();
  plan.mutable_injections(0)->set_at_s(-1);
  expect_refused(plan, "at_s of PlannedInjection is");
  plan = good_plan();
  plan.set_pace(0);
  expect_refused(plan, "pace of GameDayPlan is");
  plan = good_plan();
  plan.set_pace(1e-6);
  expect_refused(plan, "is the longest");
  plan = good_plan();
  plan.add_bands()->set_high(kNotANumber);
  expect_refused(plan, "high of Band is not a number");
}

TEST_F(HandedIn, NamesThatAreNoneAreRefused) {
  for (const std::string name : {"", "../../etc", "a b", "a\n{\"forged\": true}", "\x1b[2J", "A"}) {
    v1::GameDayPlan plan = good_plan();
    plan.set_scenario(name);
    expect_refused(plan, "scenario of GameDayPlan is");
    plan = good_plan();
    plan.mutable_injections(0)->set_agent(name);
    expect_refused(plan, "agent of PlannedInjection is");
    plan = good_plan();
    plan.mutable_injections(0)->set_id(name);
    expect_refused(plan, "id of PlannedInjection is");
    plan = good_plan();
    (*plan.mutable_deployment()->mutable_components())[name];
    expect_refused(plan, "components of Deployment has a key that is no name");
    plan = good_plan();
    v1::Probe& probe = (*plan.mutable_deployment()->mutable_probes())[name];
    probe = plan.deployment().probes().at("trade");
    expect_refused(plan, "probes of Deployment has a key that is no name");
  }
  v1::GameDayPlan plan = good_plan();
  plan.mutable_injections(0)->set_id(std::string(17, 'a'));
  expect_refused(plan, "longer than 16");
}

TEST_F(HandedIn, PartsThatAreMissingOrTooManyAreRefused) {
  v1::GameDayPlan plan = good_plan();
  plan.clear_deployment();
  expect_refused(plan, "deployment of GameDayPlan is missing");
  plan = good_plan();
  plan.mutable_deployment()->clear_blast_radius();
  expect_refused(plan, "blast_radius of Deployment is missing");
  plan = good_plan();
  plan.mutable_deployment()->clear_guards();
  expect_refused(plan, "no guards");
  plan = good_plan();
  plan.mutable_deployment()->clear_probes();
  expect_refused(plan, "probes of Deployment is missing");
  plan = good_plan();
  for (int i = 0; i < 300; ++i) {
    v1::Probe& probe = (*plan.mutable_deployment()->mutable_probes())["probe-" + std::to_string(i)];
    probe.set_every(1);
    probe.set_timeout(1);
    probe.set_failures(1);
    probe.mutable_command()->set_name("up");
  }
  expect_refused(plan, "200 are the most");
  plan = good_plan();
  plan.clear_injections();
  expect_refused(plan, "nothing would be injected");
  plan = good_plan();
  for (int i = 0; i < 20'001; ++i) {
    add_fault(plan, "f" + std::to_string(i), "a1", 1, 3);
  }
  expect_refused(plan, "20000 are the most");
  plan = good_plan();
  plan.mutable_injections(0)->set_fault(std::string(5000, 'x'));
  expect_refused(plan, "longer than 4096");
}

TEST_F(HandedIn, TwoInjectionsOfOneIdAreRefused) {
  v1::GameDayPlan plan = good_plan();
  plan.mutable_injections(1)->set_id("001");
  expect_refused(plan, "two injections 001");
}

TEST_F(HandedIn, ABlastRadiusThatThePlanOnlySaysItKeepsIsRefused) {
  v1::GameDayPlan plan = good_plan();
  plan.mutable_deployment()->mutable_blast_radius()->set_agents(1);
  plan.set_agents_hit(1);
  expect_refused(plan, "the blast radius of staging allows 1");
}

TEST_F(HandedIn, NothingThatComesFromElsewhereIsRunOrOpened) {
  const std::string mark = file("mark");
  const std::vector<std::string> names = {"/bin/touch",
                                          "../../bin/sh",
                                          "/bin/sh -c 'touch " + mark + "'",
                                          "up; touch " + mark,
                                          "up\n/bin/touch",
                                          "$(touch " + mark + ")",
                                          "",
                                          "UP"};
  for (const std::string& name : names) {
    v1::GameDayPlan plan = good_plan();
    v1::Probe& probe = (*plan.mutable_deployment()->mutable_probes())["trade"];
    probe.mutable_command()->set_name(name);
    expect_refused(plan, name.empty() ? "name of CommandProbe is missing" : "runs no command");
  }
  for (const std::string url : {"file:///etc/passwd", "/etc/passwd", "unix:/run/x", "http://"}) {
    v1::GameDayPlan plan = good_plan();
    v1::Probe& probe = (*plan.mutable_deployment()->mutable_probes())["trade"];
    probe.mutable_http()->set_url(url);
    probe.mutable_http()->set_method("GET");
    probe.mutable_http()->set_status(200);
    expect_refused(plan, "");
  }
  EXPECT_FALSE(std::filesystem::exists(mark));
  for (const char* const id : {"../../etc/passwd", "' OR 1=1 --", "%s%s%n"}) {
    id_ = id;
    EXPECT_EQ(start().error_code(), grpc::StatusCode::NOT_FOUND);
  }
}

TEST_F(HandedIn, ManyMistakesAreToldInAFewLines) {
  for (const auto& agent : agents_) agent->leave();
  v1::GameDayPlan plan = good_plan();
  plan.clear_injections();
  v1::PlaceBinding& place = (*plan.mutable_deployment()->mutable_places())["zone"];
  for (int i = 0; i < 3000; ++i) {
    const std::string agent = "agent-number-" + std::to_string(i);
    place.add_agents(agent);
    add_fault(plan, "f" + std::to_string(i), agent, 1, 3);
  }
  plan.mutable_deployment()->mutable_blast_radius()->set_agents(3000);
  sign(plan);

  const grpc::Status status = submit(plan);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("agent agent-number-0 is not connected"));
  EXPECT_THAT(status.error_message(), HasSubstr("and 2992 more"));
}

}  // namespace
}  // namespace chokepoint::controller::testing
