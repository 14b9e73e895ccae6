// Packets that are refused, and those that are let through slowly.
#include "agents/system/queueing.h"
#include "tests/agents/host.h"
#include "tests/agents/server.h"

namespace chokepoint::agents {
namespace {

class PacketShape : public testing::Test {
 protected:
  void SetUp() override {
    if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  }

  // A client that comes from an address of the network that may be touched.
  static int connect_to(const char* address, std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to = loopback(port);
    ::inet_pton(AF_INET, address, &to.sin_addr);
    if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return socket;
    const int why = errno;
    ::close(socket);
    return -why;
  }

  Host host_;
};

TEST_F(PacketShape, RefusesNewConnectionsAndResetsOpenOnes) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any = loopback(7800);
  any.sin_addr.s_addr = INADDR_ANY;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  ::listen(listener, 10);
  const int open = connect_to("127.9.0.5", 7800);
  ASSERT_GE(open, 0);
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, packet_reject: {interface: loop}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_EQ(connect_to("127.9.0.5", 7800), -ECONNREFUSED);
  ::send(open, "x", 1, MSG_NOSIGNAL);
  char byte = 0;
  EXPECT_LT(::recv(open, &byte, 1, 0), 0);
  EXPECT_EQ(errno, ECONNRESET);
  ASSERT_TRUE(agent.revert(*injected));
  const int after = connect_to("127.9.0.5", 7800);
  EXPECT_GE(after, 0);
  ::close(after);
  ::close(open);
  ::close(listener);
}

TEST_F(PacketShape, LetsNoMoreThroughThanTheRate) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, packet_bandwidth: {interface: loop, rate: 1MB/s}}");
  const Result<RootQueue> before = root_queue("lo");

  Result<Injected> injected = agent.inject(fault);

  if (!injected && injected.error().code == Code::unavailable) {
    GTEST_SKIP() << injected.error().message;
  }
  ASSERT_TRUE(injected) << injected.error().message;
  const int receiver = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in any = loopback(7801);
  any.sin_addr.s_addr = INADDR_ANY;
  ASSERT_EQ(::bind(receiver, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in to = loopback(7801);
  ::inet_pton(AF_INET, "127.9.0.5", &to.sin_addr);
  const std::string packet(1000, 'x');
  std::string got(2000, '\0');
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 150; ++i) {
    ::sendto(sender, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
  }
  for (int i = 0; i < 150; ++i) ASSERT_GT(::recv(receiver, got.data(), got.size(), 0), 0) << i;
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  EXPECT_GE(took, 0.1);  // 150 kB less what may go at once
  EXPECT_LT(took, 1.0);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(root_queue("lo")->kind, before->kind);
  ::close(sender);
  ::close(receiver);
}

TEST_F(PacketShape, IsLateByNetemOrRefusedWhereTheKernelHasNone) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, packet_delay: {interface: loop, delay: 30ms, via: netem}}");
  const std::string before = host_.snapshot();

  Result<Injected> injected = agent.inject(fault);

  if (injected) {
    EXPECT_TRUE(agent.revert(*injected));
  } else {
    EXPECT_EQ(injected.error().code, Code::unavailable);
    EXPECT_NE(injected.error().message.find("no netem"), std::string::npos);
    EXPECT_NE(injected.error().hint.find("via: queue"), std::string::npos);
  }
  EXPECT_EQ(host_.snapshot(), before);
  EXPECT_EQ(root_queue("lo")->handle, 0U);
}

TEST_F(PacketShape, LeavesAQueueAloneThatSomebodyHasPutThere) {
  ASSERT_TRUE(add_shaped_root("lo", 0x77770000U, 1e6));
  Agent agent = host_.agent();

  const Result<Injected> injected =
      agent.inject(fault_of("{duration: 1min, packet_bandwidth: {interface: loop, rate: 1MB/s}}"));

  ASSERT_FALSE(injected);
  EXPECT_EQ(injected.error().code, Code::conflict);
  EXPECT_EQ(root_queue("lo")->handle, 0x77770000U);
}

}  // namespace
}  // namespace chokepoint::agents
