#include <arpa/inet.h>

#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

// How many of 400 datagrams to this address and port arrive.
int arrived(const char* to, std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, to, &address.sin_addr);
  EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int count = 0;
  char byte = 0;
  for (int i = 0; i < 400; ++i) {
    ::sendto(sender, "x", 1, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    if (::recv(listener, &byte, 1, 0) == 1) ++count;
  }
  ::usleep(20'000);
  while (::recv(listener, &byte, 1, 0) == 1) ++count;
  ::close(sender);
  ::close(listener);
  return count;
}

class PacketLoss : public testing::Test {
 protected:
  void SetUp() override {
    if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  }
  Host host_;
};

TEST_F(PacketLoss, DropsEverythingToTheNetworksAndNothingElse) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kLoss);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_EQ(arrived("127.9.0.5", 5000), 0);
  EXPECT_EQ(arrived("127.10.0.5", 5000), 0);
  EXPECT_EQ(arrived("127.8.0.5", 5000), 400);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(arrived("127.9.0.5", 5000), 400);
}

TEST_F(PacketLoss, LeavesNamesAndTheConfiguredPortsAlone) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kLoss);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  EXPECT_EQ(arrived("127.9.0.5", 53), 400);
  EXPECT_EQ(arrived("127.9.0.5", 7000), 400);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST_F(PacketLoss, DropsTheShareAskedFor) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(
      "{duration: 1min, packet_loss: {interface: loop, direction: out, share: 30%, peers: "
      "[127.9.0.0/24]}}");
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  EXPECT_NEAR(arrived("127.9.0.5", 5000), 280, 46);  // five deviations
  EXPECT_EQ(arrived("127.9.1.5", 5000), 400);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST_F(PacketLoss, EndsByItselfWhenNobodyRenewsIt) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kLoss);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  ::usleep(2'100'000);  // the lease is 2 s

  EXPECT_EQ(arrived("127.9.0.5", 5000), 400);
  EXPECT_EQ(look(injected->undo), Seen::unknown);  // ended, and its table still stands there
  EXPECT_TRUE(agent.revert(*injected));
  EXPECT_EQ(look(injected->undo), Seen::baseline);
}

TEST_F(PacketLoss, LastsAsLongAsItIsRenewed) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kLoss);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  for (int i = 0; i < 6; ++i) {
    ::usleep(500'000);
    ASSERT_TRUE(agent.renew(*injected));
    EXPECT_EQ(arrived("127.9.0.5", 5000), 0);
  }
  EXPECT_TRUE(agent.revert(*injected));
}

TEST_F(PacketLoss, ThatNoWitnessSeesIsTakenBackAndNoSuccess) {
  Agent agent = host_.agent();
  // Nothing comes from these networks, so nothing can be seen to be dropped.
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, packet_loss: {interface: far, direction: in}}");

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected);
  EXPECT_NE(injected.error().message.find("no witness"), std::string::npos);
  EXPECT_TRUE(agent.standing()->empty());
}

TEST_F(PacketLoss, TouchesNoTableThatIsNotItsOwn) {
  Nftables filter;
  ASSERT_TRUE(filter.run("add table netdev theirs\nadd chain netdev theirs rules\n"));
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kLoss);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  ASSERT_TRUE(agent.revert(*injected));

  EXPECT_TRUE(*filter.list_table("netdev", "theirs"));
}

TEST_F(PacketLoss, IsOverWhenSomebodyFlushedAllRules) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kLoss);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;
  ASSERT_TRUE(Nftables().run("flush ruleset"));

  EXPECT_FALSE(agent.renew(*injected));
  EXPECT_TRUE(agent.revert(*injected));
}

}  // namespace
}  // namespace chokepoint::agents
