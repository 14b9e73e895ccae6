// What an agent, or a program that says that it is one, can do to a controller.
#include <cstdio>

#include "controller/api/allowance.h"
#include "tests/controller/api/served.h"

namespace chokepoint::controller::testing {
namespace {

using ::testing::HasSubstr;

double resident_mb() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    double kb = 0;
    if (std::sscanf(line.c_str(), "VmRSS: %lf", &kb) == 1) return kb / 1000;
  }
  return 0;
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

class Attending : public Served {
 protected:
  bool is_here(const std::string& name) const {
    const auto known = registry_.find(name);
    return known && known->is_connected;
  }
  // The last entry of the audit is this refusal, of this agent.
  void expect_audit(const std::string& name, const std::string& reason) const {
    const AuditEntry entry = last_refusal();
    EXPECT_EQ(entry.call, "Attend");
    EXPECT_EQ(entry.name, name);
    EXPECT_THAT(entry.detail, HasSubstr(reason));
  }
};

TEST_F(Attending, IsUnderOnesOwnNameOnly) {
  RawAgent agent(issue_and_dial(Role::agent, "a1"));
  agent.hello("b1");

  EXPECT_EQ(agent.end().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_FALSE(registry_.find("b1"));
  expect_audit("a1", "says that it is b1");
}

TEST_F(Attending, IsForOneOfAName) {
  const Channel channel = issue_and_dial(Role::agent, "a1");
  RawAgent first(channel);
  first.hello("a1");
  ASSERT_TRUE(within(5, [&] { return is_here("a1"); }));
  RawAgent second(channel);
  second.hello("a1");

  EXPECT_EQ(second.end().error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_TRUE(is_here("a1"));
  expect_audit("a1", "connected already");
}

TEST_F(Attending, BeginsWithHelloAndHasOne) {
  const Channel channel = issue_and_dial(Role::agent, "a1");
  RawAgent twice(channel);
  twice.hello("a1");
  twice.hello("a1");
  EXPECT_EQ(twice.end().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  expect_audit("a1", "says hello first, and once");
  EXPECT_TRUE(within(5, [&] { return !is_here("a1"); }));

  RawAgent never(channel);
  never.beat();
  EXPECT_EQ(never.end().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(Attending, EndsForWhoeverSaysNothing) {
  RawAgent agent(issue_and_dial(Role::agent, "a1"));
  const auto begun = std::chrono::steady_clock::now();

  EXPECT_EQ(agent.end().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);

  EXPECT_LT(seconds_since(begun), 15);
  expect_audit("a1", "says hello at once");
}

TEST_F(Attending, IsNotForNamesAndLeasesThatNoAgentHas) {
  const Channel channel = issue_and_dial(Role::agent, "a1");
  for (const double lease : {0.0, -5.0, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
    RawAgent agent(channel);
    agent.hello("a1", lease);
    EXPECT_EQ(agent.end().error_code(), grpc::StatusCode::INVALID_ARGUMENT) << lease;
  }
  RawAgent nameless(channel);
  nameless.hello("");
  EXPECT_FALSE(nameless.end().ok());
  EXPECT_TRUE(registry_.all().empty());
}

TEST_F(Attending, IsNotForAMegabyteOfNames) {
  RawAgent agent(issue_and_dial(Role::agent, "a1"));
  v1::FromAgent message;
  message.mutable_hello()->set_agent("a1");
  message.mutable_hello()->set_lease(15);
  for (int i = 0; i < 100'000; ++i)
    message.mutable_hello()->add_targets("process number " + std::to_string(i));
  agent.say(message);

  EXPECT_EQ(agent.end().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_FALSE(registry_.find("a1"));
  expect_audit("a1", "says too much");
}

TEST_F(Attending, EndsForWhoeverFloodsUs) {
  RawAgent agent(issue_and_dial(Role::agent, "a1"));
  agent.hello("a1");
  v1::FromAgent message;
  message.mutable_outcome()->set_id("nobody-001");
  message.mutable_outcome()->set_message(std::string(10'000, 'x'));
  int said = 0;
  while (said < 100'000 && agent.say(message)) ++said;

  EXPECT_EQ(agent.end().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_LT(said, 5'000);
  expect_audit("a1", "says too much");
}

TEST_F(Attending, EndsForWhoeverReadsNothingAndMemoryIsBounded) {
  RawAgent agent(issue_and_dial(Role::agent, "a1"), 60);
  agent.hello("a1");
  ASSERT_TRUE(within(5, [&] { return is_here("a1"); }));
  const double before = resident_mb();
  v1::ToAgent order;
  order.mutable_inject()->set_fault(std::string(4096, 'x'));
  int sent = 0;
  while (sent < 100'000 && registry_.order("a1", order)) ++sent;

  EXPECT_LT(sent, 10'000);
#ifndef __SANITIZE_THREAD__  // whose own books grow with every byte
  EXPECT_LT(resident_mb() - before, 60);
#endif
  EXPECT_FALSE(is_here("a1")) << "nobody reaches an agent that does not read";
  expect_audit("a1", "does not read");
  RawAgent again(dial_as("a1"));
  again.hello("a1");
  EXPECT_TRUE(within(5, [&] { return is_here("a1"); }));
}

TEST_F(Attending, EndsSoonAfterTheCertificateEnds) {
  const double until = real_now() + 4;
  RawAgent agent(dial_with(odd({.role = Role::agent,
                                .name = "a1",
                                .validity = {.from = real_now() - 100, .until = until}})));
  agent.hello("a1");
  ASSERT_TRUE(within(3, [&] { return is_here("a1"); }));

  const grpc::Status status = agent.end();  // it says nothing more, and is looked at all the same

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_GE(real_now(), until);
  EXPECT_LT(real_now() - until, 9);
  EXPECT_FALSE(is_here("a1"));
  expect_audit("a1", "expired");
}

TEST_F(Attending, EndsSoonAfterTheCertificateIsRevoked) {
  RawAgent agent(issue_and_dial(Role::agent, "a1"));
  agent.hello("a1");
  ASSERT_TRUE(within(3, [&] { return is_here("a1"); }));
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(pki::revoke(folder_ / "pki", "a1", real_now()));

  EXPECT_EQ(agent.end().error_code(), grpc::StatusCode::UNAUTHENTICATED);

  EXPECT_LT(seconds_since(begun), 9);
  expect_audit("a1", "revoked");
}

TEST_F(Attending, AllowsWhatAnAgentHasToSay) {
  Allowance allowance;
  const auto now = Allowance::Clock::now();
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(allowance.covers(2000, now));
  EXPECT_FALSE(allowance.covers(kLargestSaid, now + std::chrono::seconds(1)) &&
               allowance.covers(kLargestSaid, now + std::chrono::seconds(1)) &&
               allowance.covers(kLargestSaid, now + std::chrono::seconds(1)));
  EXPECT_TRUE(allowance.covers(1000, now + std::chrono::minutes(1)));
  EXPECT_FALSE(Allowance().covers(kLargestSaid + 1, now));
}

}  // namespace
}  // namespace chokepoint::controller::testing
