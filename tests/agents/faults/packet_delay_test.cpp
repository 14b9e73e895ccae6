#include <arpa/inet.h>
#include <poll.h>

#include <chrono>

#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

// From sending a datagram to its arrival, seconds; the median of many.
double way_time(const char* to, std::uint16_t port = 5000) {
  using Clock = std::chrono::steady_clock;
  const int listener = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, to, &address.sin_addr);
  EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) {
    const auto sent = Clock::now();
    ::sendto(sender, "x", 1, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    pollfd ready{.fd = listener, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 2000) != 1) return -1;
    char byte = 0;
    ::recv(listener, &byte, 1, 0);
    times.push_back(std::chrono::duration<double>(Clock::now() - sent).count());
  }
  ::close(sender);
  ::close(listener);
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

class PacketDelay : public testing::Test {
 protected:
  void SetUp() override {
    if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
    const v1::PrimitiveFault fault = fault_of(kDelay);
    Agent agent = host_.agent();
    const auto tried = agent.inject(fault);
    if (!tried)
      GTEST_SKIP() << "this kernel hands no packets to a queue: " << tried.error().message;
    ASSERT_TRUE(agent.revert(tried->id));
  }
  static constexpr std::string_view kDelay =
      "{duration: 1min, packet_delay: {interface: loop, delay: 60ms}}";
  Host host_;
};

TEST_F(PacketDelay, HoldsPacketsToTheNetworksAndNoOthers) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kDelay);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  const double delayed = way_time("127.9.0.5");
  EXPECT_GE(delayed, 0.06);
  EXPECT_LT(delayed, 0.3);
  EXPECT_LT(way_time("127.8.0.5"), 0.03);
  EXPECT_LT(way_time("127.9.0.5", 7000), 0.03);  // left alone
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_LT(way_time("127.9.0.5"), 0.03);
}

TEST_F(PacketDelay, EndsByItselfWhenNobodyRenewsIt) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault = fault_of(kDelay);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  ::usleep(2'100'000);  // the lease is 2 s

  EXPECT_LT(way_time("127.9.0.5"), 0.03);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST_F(PacketDelay, LetsPacketsThroughOnceTheAgentIsDead) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Agent agent = host_.agent();
    const v1::PrimitiveFault fault = fault_of(kDelay);
    const Result<Injected> injected = agent.inject(fault);
    (void)!::write(ends[1], injected ? "y" : "n", 1);
    while (true) ::pause();
  }
  char said = 0;
  ASSERT_EQ(::read(ends[0], &said, 1), 1);
  ASSERT_EQ(said, 'y');

  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::usleep(50'000);

  EXPECT_LT(way_time("127.9.0.5"), 0.03);
  EXPECT_TRUE(host_.agent().revert_all());
}

TEST_F(PacketDelay, IsNoSuccessWhenTheOtherSideDoesNotAnswer) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, packet_delay: {interface: far, delay: 5ms}}");

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected);
  EXPECT_TRUE(agent.standing()->empty());
}

TEST_F(PacketDelay, RefusesAJitterAboveTheDelay) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, packet_delay: {interface: loop, delay: 5ms, jitter: 6ms}}");

  EXPECT_EQ(agent.inject(fault).error().code, Code::invalid_input);
}

}  // namespace
}  // namespace chokepoint::agents
