#include "controller/registry/registry.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {
namespace {

class RememberingLine : public Line {
 public:
  void send(const v1::ToAgent& message) override { sent.push_back(message); }
  void hang_up(const Error& reason) override { hung_up = reason.message; }
  std::vector<v1::ToAgent> sent;
  std::string hung_up;
};

v1::Hello hello_of(const std::string& agent, double lease = 60) {
  v1::Hello hello;
  hello.set_agent(agent);
  hello.set_lease(lease);
  return hello;
}

v1::ToAgent order_of(const std::string& id) {
  v1::ToAgent order;
  order.set_order(id);
  order.mutable_plan()->set_fault("f");
  return order;
}

TEST(Registry, ReachesAnAgentThatIsHereAndNoOther) {
  Registry registry;
  const auto line = std::make_shared<RememberingLine>();
  ASSERT_TRUE(registry.join(line, hello_of("a1")));

  EXPECT_TRUE(registry.order("a1", order_of("1")));
  EXPECT_FALSE(registry.order("b1", order_of("2")));
  ASSERT_EQ(line->sent.size(), 1U);
  registry.leave("a1", line.get());
  EXPECT_FALSE(registry.order("a1", order_of("3")));
  EXPECT_FALSE(registry.find("a1")->is_connected);
}

TEST(Registry, TakesOneAgentOfAName) {
  Registry registry;
  ASSERT_TRUE(registry.join(std::make_shared<RememberingLine>(), hello_of("a1")));

  const Status second = registry.join(std::make_shared<RememberingLine>(), hello_of("a1"));

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::conflict);
}

TEST(Registry, ReplacesACallThatWasSilentForLongerThanItsLease) {
  Registry registry;
  const auto silent = std::make_shared<RememberingLine>();
  const auto fresh = std::make_shared<RememberingLine>();
  ASSERT_TRUE(registry.join(silent, hello_of("a1", 1)));
  std::this_thread::sleep_for(std::chrono::milliseconds(1050));

  ASSERT_TRUE(registry.join(fresh, hello_of("a1", 1)));

  EXPECT_FALSE(silent->hung_up.empty());
  registry.leave("a1", silent.get());  // its end does not take the new one away
  EXPECT_TRUE(registry.order("a1", order_of("1")));
  EXPECT_EQ(fresh->sent.size(), 1U);
}

TEST(Registry, GivesTheOutcomesOfWhatItAsksInOrder) {
  Registry registry;
  const auto line = std::make_shared<RememberingLine>();
  ASSERT_TRUE(registry.join(line, hello_of("a1")));
  std::thread agent([&] {
    for (const char* const order : {"2", "1"}) {
      v1::OrderOutcome outcome;
      outcome.set_order(order);
      outcome.set_object(order);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      registry.heard("a1", outcome);
    }
  });

  const auto outcomes =
      registry.ask({{"a1", order_of("1")}, {"a1", order_of("2")}, {"b1", order_of("3")}}, 5);
  agent.join();

  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[0]->object(), "1");
  EXPECT_EQ(outcomes[1]->object(), "2");
  ASSERT_FALSE(outcomes[2]);
  EXPECT_EQ(outcomes[2].error().code, Code::unavailable);
}

TEST(Registry, DoesNotWaitForEverForAnAgentThatIsSilent) {
  Registry registry;
  ASSERT_TRUE(registry.join(std::make_shared<RememberingLine>(), hello_of("a1")));

  const auto outcomes = registry.ask({{"a1", order_of("1")}}, 0.05);

  ASSERT_FALSE(outcomes[0]);
  EXPECT_EQ(outcomes[0].error().code, Code::timed_out);
}

TEST(Registry, LetsNoAgentAnswerForAnother) {
  Registry registry;
  ASSERT_TRUE(registry.join(std::make_shared<RememberingLine>(), hello_of("a1")));
  ASSERT_TRUE(registry.join(std::make_shared<RememberingLine>(), hello_of("b1")));
  std::thread liar([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    v1::OrderOutcome outcome;
    outcome.set_order("1");
    registry.heard("b1", outcome);
  });

  const auto outcomes = registry.ask({{"a1", order_of("1")}}, 0.2);
  liar.join();

  ASSERT_FALSE(outcomes[0]);
  EXPECT_EQ(outcomes[0].error().code, Code::timed_out);
}

TEST(Registry, TakesNoAgentWithANameOrALeaseThatNoneHas) {
  Registry registry;
  for (const std::string name : {"", "A1", "../a1", "a1\n", "-a1"}) {
    EXPECT_FALSE(registry.join(std::make_shared<RememberingLine>(), hello_of(name))) << name;
  }
  EXPECT_FALSE(registry.join(std::make_shared<RememberingLine>(), hello_of(std::string(65, 'a'))));
  for (const double lease : {0.0, -1.0, 0.5, 601.0, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(registry.join(std::make_shared<RememberingLine>(), hello_of("a1", lease)))
        << lease;
  }
  EXPECT_TRUE(registry.all().empty());
}

TEST(Registry, KnowsThatNothingStandsAsSoonAsItIsSeenToBeReverted) {
  Registry registry;
  ASSERT_TRUE(registry.join(std::make_shared<RememberingLine>(), hello_of("a1")));
  v1::Heartbeat heartbeat;
  heartbeat.add_standing()->set_id("day-001");
  heartbeat.add_standing()->set_id("day-002");
  registry.heard("a1", heartbeat);
  v1::OrderOutcome outcome;
  outcome.set_id("day-001");
  outcome.set_seen(v1::SIGHT_UNKNOWN);
  registry.heard("a1", outcome);
  ASSERT_EQ(registry.find("a1")->standing.size(), 2U);

  outcome.set_seen(v1::SIGHT_BASELINE);
  registry.heard("a1", outcome);

  ASSERT_EQ(registry.find("a1")->standing.size(), 1U);
  EXPECT_EQ(registry.find("a1")->standing[0].id(), "day-002");
}

TEST(Registry, FeelsThePulseOfThoseThatItIsAskedFor) {
  Registry registry;
  ASSERT_TRUE(registry.join(std::make_shared<RememberingLine>(), hello_of("a1", 7)));

  const auto pulses = registry.pulses({"b1", "a1"});

  ASSERT_EQ(pulses.size(), 2U);
  EXPECT_FALSE(pulses[0]);
  ASSERT_TRUE(pulses[1]);
  EXPECT_EQ(pulses[1]->lease_s, 7);
  EXPECT_LT(pulses[1]->silent_s, 5);
  EXPECT_EQ(registry.connected(), 1U);
}

}  // namespace
}  // namespace chokepoint::controller
