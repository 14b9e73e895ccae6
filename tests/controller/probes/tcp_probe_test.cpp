#include <gmock/gmock.h>

#include "tests/controller/probes/plain_server.h"
#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

std::string asking(const std::string& address, const std::string& timeout = "5s") {
  return "{timeout: " + timeout + ", tcp: {address: \"" + address + "\"}}";
}

TEST(TcpProbe, IsGoodWhereOneCanConnect) {
  const PlainServer server(saying_nothing());
  const Answer answer = answer_to(asking(server.address()));
  EXPECT_TRUE(answer.is_good) << answer.text;
  EXPECT_THAT(answer.text, testing::StartsWith("connected after "));
}

TEST(TcpProbe, IsBadWhereNobodyListens) {
  const BoundPort nobody;
  const Answer answer = answer_to(asking(nobody.address()));
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "connection refused");
}

TEST(TcpProbe, DoesNotWaitForWhoNeverTakesTheConnection) {
  const BoundPort port;
  ::listen(port.socket(), 0);
  std::vector<int> queue;  // is full after one or two; what comes then is dropped
  for (int i = 0; i < 4; ++i) {
    queue.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in at{};
    socklen_t size = sizeof at;
    ::getsockname(port.socket(), reinterpret_cast<sockaddr*>(&at), &size);
    ::connect(queue.back(), reinterpret_cast<const sockaddr*>(&at), size);
  }
  const Answer answer = answer_to(asking(port.address(), "200ms"));
  EXPECT_EQ(answer.text, "no connection within 200ms");
  expect_waited_for(answer, 0.2);
  for (const int socket : queue) ::close(socket);
}

TEST(TcpProbe, IsBadForANameThatNobodyHas) {
  const auto asker = asker_of(asking("no-such-host.invalid:80", "300ms"));
  for (int i = 0; i < 2; ++i) {
    const Answer answer = asker->ask();
    EXPECT_FALSE(answer.is_good);
    EXPECT_THAT(answer.text, testing::HasSubstr("no-such-host.invalid"));
    EXPECT_LT(answer.took_s, 2);
  }
}

TEST(TcpProbe, TriesEveryAddressOfAName) {
  const PlainServer server(saying_nothing());  // IPv4 only; localhost may be ::1 as well
  const std::string port = server.address().substr(server.address().rfind(':'));
  const Answer answer = answer_to(asking("localhost" + port));
  EXPECT_TRUE(answer.is_good) << answer.text;
}

TEST(TcpProbe, DoesNotTakeItselfForAServer) {
  // Whoever is given the very port that it connects to speaks to itself. For connections the kernel
  // goes through the even ports one after the other, and so comes to this one within as many tries
  // as there are; the odd ones it gives to who binds.
  std::string address = BoundPort().address();
  if ((address.back() - '0') % 2 == 1) --address.back();
  const auto asker = asker_of(asking(address));
  constexpr int kPorts = 16384;
  for (int i = 0; i < kPorts; ++i) ASSERT_FALSE(asker->ask().is_good) << i;
}

}  // namespace
}  // namespace chokepoint::controller
