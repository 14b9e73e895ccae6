// Faults on a service's connections, seen by a client: through a proxy that stands before it, and
// through one that new connections are redirected to.
#include "agents/proxy/dns.h"
#include "tests/agents/host.h"
#include "tests/agents/server.h"

namespace chokepoint::agents {
namespace {

constexpr const char* kGet = "GET /orders HTTP/1.1\r\nHost: h\r\n\r\n";

std::string post(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

class ServiceFault : public testing::Test {
 protected:
  void SetUp() override {
    if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  }
  void TearDown() override {
    if (proxy_ > 0) ::kill(proxy_, SIGTERM);
    if (proxy_ > 0) ::waitpid(proxy_, nullptr, 0);
  }

  void start_proxy(const std::string& kind = "--http") {
    const std::string control = (host_.folder() / "proxied.sock").string();
    proxy_ = ::fork();
    if (proxy_ == 0) {
      ::execl(CHOKEPOINT_BINARY_DIR "/bin/chokepoint-proxy", "chokepoint-proxy", "--listen",
              "127.0.0.1:7701", "--to", "127.0.0.1:7710", "--control", control.c_str(),
              kind.empty() ? nullptr : kind.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 1000 && !fs::exists(control); ++i) ::usleep(2000);
  }

  Injected inject(const std::string& text) {
    fault_ = fault_of("{duration: 1min, " + text + "}");
    agent_.emplace(host_.agent());
    Result<Injected> injected = agent_->inject(fault_);
    if (!injected) throw std::runtime_error(injected.error().message);
    return *std::move(injected);
  }

  Host host_;
  pid_t proxy_ = -1;
  v1::PrimitiveFault fault_;
  std::optional<Agent> agent_;
};

TEST_F(ServiceFault, PassesPagesThroughAProxyUntouched) {
  const Server server(7710, [](const std::string&) { return page("hello"); });
  start_proxy();
  Client client(7701);

  EXPECT_EQ(client.ask(kGet), page("hello"));
  EXPECT_EQ(client.ask(kGet), page("hello"));
}

TEST_F(ServiceFault, DelaysAConnectionThatWasOpenBefore) {
  const Server server(7710, [](const std::string&) { return page("hello"); });
  start_proxy();
  Client client(7701);
  client.ask(kGet);

  Injected injected = inject("stream_delay: {service: proxied, delay: 80ms}");

  EXPECT_EQ(client.ask(kGet), page("hello"));
  EXPECT_GE(client.seconds, 0.08);
  ASSERT_TRUE(agent_->revert(injected));
  EXPECT_EQ(client.ask(kGet), page("hello"));
  EXPECT_LT(client.seconds, 0.08);
}

TEST_F(ServiceFault, KeepsALongStreamWholeAndInOrderWhileItBeginsAndEnds) {
  std::string sent(64U << 20U, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) {
    sent[i] = static_cast<char>(i * 2654435761U >> 24U);
  }
  const Server server(7710, [&](const std::string&) { return sent; });
  start_proxy("");
  Client client(7701);
  std::string got(sent.size() + 1, '\0');
  std::size_t length = 0;
  const auto receive = [&](std::size_t most) {
    for (ssize_t more = 1; length < most && more > 0;) {
      more = ::recv(client.socket(), got.data() + length, most - length, 0);
      if (more > 0) length += static_cast<std::size_t>(more);
    }
  };
  ASSERT_GT(::send(client.socket(), "x", 1, 0), 0);
  receive(sent.size() / 4);

  Injected injected = inject("stream_delay: {service: proxied, delay: 20ms}");
  receive(sent.size() / 2);
  ASSERT_TRUE(agent_->revert(injected));
  receive(sent.size());

  ASSERT_EQ(length, sent.size());
  got.resize(length);
  EXPECT_TRUE(got == sent);
}

TEST_F(ServiceFault, AbortsTheRequestsThatAreMeantAndNoOthers) {
  const Server server(7710, [](const std::string&) { return page("hello"); });
  start_proxy();
  Injected injected =
      inject("http_abort: {service: proxied, status: 429, method: POST, path: /or}");
  Client client(7701);

  EXPECT_EQ(client.ask(kGet), page("hello"));
  EXPECT_TRUE(client.ask("POST /orders HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                  .starts_with("HTTP/1.1 429 "));
  EXPECT_EQ(client.ask("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"), page("hello"));
  EXPECT_TRUE(agent_->revert(injected));
}

TEST_F(ServiceFault, TellsAWrongResultToTheReadersThatAreMeant) {
  const Server server(
      7710, [](const std::string&) { return page(R"({"jsonrpc":"2.0","id":1,"result":"0x5"})"); });
  start_proxy();
  const std::string call = post(R"({"jsonrpc":"2.0","id":1,"method":"balance"})");
  {
    Injected injected = inject(
        "rpc_answer: {service: proxied, method: balance, result: '\"0x0\"', readers: "
        "[127.0.0.0/8]}");
    Client client(7701);
    EXPECT_NE(client.ask(call).find(R"("result":"0x0")"), std::string::npos);
    EXPECT_NE(client.ask(post(R"({"id":1,"method":"other"})")).find("0x5"), std::string::npos);
    ASSERT_TRUE(agent_->revert(injected));
    EXPECT_NE(client.ask(call).find("0x5"), std::string::npos);
  }
  Injected injected =
      inject("rpc_answer: {service: proxied, method: balance, result: '1', readers: [10.0.0.0/8]}");
  Client client(7701);
  EXPECT_NE(client.ask(call).find("0x5"), std::string::npos);
  EXPECT_TRUE(agent_->revert(injected));
}

TEST_F(ServiceFault, ResetsOpenConnectionsAndNewOnes) {
  const Server server(7710, echo);
  start_proxy("--temporary");  // any flag that leaves it at plain bytes
  Client open(7701);
  open.ask("x");

  Injected injected = inject("connection_reset: {service: proxied}");

  open.ask("x");
  EXPECT_EQ(open.error, ECONNRESET);
  Client fresh(7701);
  fresh.ask("x");
  EXPECT_EQ(fresh.error, ECONNRESET);
  EXPECT_TRUE(agent_->revert(injected));
}

TEST_F(ServiceFault, EndsInTheProxyWhenNobodyRenewsIt) {
  const Server server(7710, [](const std::string&) { return page("hello"); });
  start_proxy();
  Injected injected = inject("http_abort: {service: proxied}");
  Client client(7701);
  EXPECT_TRUE(client.ask(kGet).starts_with("HTTP/1.1 503 "));

  ::usleep(3'200'000);  // the lease is 2 s, and the proxy's a second longer

  EXPECT_EQ(client.ask(kGet), page("hello"));
  EXPECT_EQ(look(injected.undo), Seen::baseline);
  EXPECT_FALSE(agent_->renew(injected));
  EXPECT_TRUE(agent_->revert(injected));
}

TEST_F(ServiceFault, IsRefusedWhereNoProxyStands) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, stream_delay: {service: proxied, delay: 80ms}}");

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected);
  EXPECT_EQ(injected.error().code, Code::not_found);
  EXPECT_NE(injected.error().hint.find("chokepoint-proxy"), std::string::npos);
}

TEST_F(ServiceFault, RedirectsNewConnectionsAndLeavesOpenOnesAlone) {
  const Server server(7700, echo);
  Client open(7700);
  open.ask("x");

  Injected injected = inject("stream_delay: {service: direct, delay: 80ms, direction: both}");

  EXPECT_EQ(open.ask("x"), "x");
  EXPECT_LT(open.seconds, 0.08);
  Client fresh(7700);
  EXPECT_EQ(fresh.ask("x"), "x");
  EXPECT_GE(fresh.seconds, 0.16);
  ASSERT_TRUE(agent_->revert(injected));
  Client after(7700);
  EXPECT_EQ(after.ask("x"), "x");
  EXPECT_LT(after.seconds, 0.08);
  EXPECT_EQ(open.ask("x"), "x");
  for (int i = 0; i < 200 && !host_.workers().empty(); ++i) ::usleep(10000);
  EXPECT_TRUE(host_.workers().empty());
}

TEST_F(ServiceFault, LetsRedirectedConnectionsComeToTheirEndWhenItIsTakenBack) {
  const Server server(7700, echo);
  Injected injected = inject("stream_delay: {service: direct, delay: 300ms}");
  Client client(7700);
  std::string answer;
  std::thread asking([&] { answer = client.ask("x"); });
  ::usleep(100'000);

  ASSERT_TRUE(agent_->revert(injected));

  asking.join();
  EXPECT_EQ(answer, "x");
}

TEST_F(ServiceFault, OfARedirectedServiceHealsByItselfWhenNobodyRenewsIt) {
  const Server server(7702, [](const std::string&) { return page("hello"); });
  Injected injected = inject("http_abort: {service: pages}");
  {
    Client client(7702);
    EXPECT_TRUE(client.ask(kGet).starts_with("HTTP/1.1 503 "));
  }

  ::usleep(3'500'000);

  Client client(7702);
  EXPECT_EQ(client.ask(kGet), page("hello"));
  EXPECT_TRUE(host_.workers().empty());
  EXPECT_TRUE(agent_->revert(injected));
  EXPECT_EQ(look(injected.undo), Seen::baseline);
}

TEST_F(ServiceFault, LimitsWhatGoesThrough) {
  const std::size_t size = 200'000;
  const Server server(7700, [&](const std::string&) { return std::string(size, 'x'); });
  Injected injected = inject("stream_bandwidth: {service: direct, rate: 1MB/s}");
  Client client(7700);
  const auto begun = std::chrono::steady_clock::now();
  std::size_t got = client.ask("x").size();
  char piece[65536];
  while (got < size) {
    const ssize_t more = ::recv(client.socket(), piece, sizeof piece, 0);
    ASSERT_GT(more, 0);
    got += static_cast<std::size_t>(more);
  }
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();

  EXPECT_GE(took, 0.19);
  EXPECT_LT(took, 1.0);
  EXPECT_TRUE(agent_->revert(injected));
}

TEST_F(ServiceFault, AnswersForAResolver) {
  Injected injected =
      inject("dns_answer: {service: names, names: [example], answer: wrong, address: 192.0.2.7}");
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in to = loopback(7703);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  const proxy::Octets query = proxy::query_for(5, "api.example");
  ::send(socket, query.data(), query.size(), 0);
  proxy::Octets answer(512);
  const ssize_t got = ::recv(socket, answer.data(), answer.size(), 0);
  ::close(socket);

  ASSERT_GT(got, 0);
  const auto told = proxy::read_answer(std::span(answer).first(static_cast<std::size_t>(got)));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->address, "192.0.2.7");
  EXPECT_TRUE(agent_->revert(injected));
}

TEST_F(ServiceFault, AnswersForAResolverInEachOfItsWays) {
  for (const char* const answer :
       {"answer: fail", "answer: none", "answer: empty", "answer: slow, delay: 50ms"}) {
    Injected injected = inject(std::string("dns_answer: {service: names, ") + answer + "}");
    EXPECT_TRUE(agent_->revert(injected)) << answer;
  }
}

}  // namespace
}  // namespace chokepoint::agents
