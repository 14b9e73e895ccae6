#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

// Refused, with the reason, and nothing touched or written down.
void expect_refused(const Host& host, std::string_view text, Code code, std::string_view reason) {
  Agent agent = host.agent();
  const std::string before = host.snapshot();
  const v1::PrimitiveFault fault = fault_of(text);

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected) << text;
  EXPECT_EQ(injected.error().code, code) << injected.error().message;
  EXPECT_NE(injected.error().message.find(reason), std::string::npos) << injected.error().message;
  EXPECT_EQ(host.snapshot(), before);
  EXPECT_TRUE(agent.standing()->empty());
}

TEST(Refusal, OfTargetsThatAreNotAllowed) {
  const Host host;
  expect_refused(host, "{duration: 1s, process_pause: {process: init}}", Code::denied,
                 "no process 'init'");
  expect_refused(host, "{duration: 1s, config_bloat: {file: passwd, entries: 1, line: x}}",
                 Code::denied, "no file 'passwd'");
  expect_refused(host, "{duration: 1s, packet_loss: {interface: eth0}}", Code::denied,
                 "no interface 'eth0'");
  expect_refused(host, "{duration: 1s, packet_loss: {interface: loop, peers: [127.0.0.0/8]}}",
                 Code::denied, "127.0.0.0/8");
}

TEST(Refusal, OfAProcessThatNobodyCouldStartAgain) {
  expect_refused(Host(), "{duration: 1s, process_stop: {process: unstoppable}}", Code::denied,
                 "start");
  expect_refused(Host(), "{duration: 1s, process_clock: {process: unstoppable, ahead: 1h}}",
                 Code::denied, "start");
}

TEST(Refusal, OfADurationAboveTheLongest) {
  expect_refused(Host(), "{duration: 1h, process_pause: {process: sleeper}}", Code::denied, "1h");
}

TEST(Refusal, OfAFileLargerThanTheLargest) {
  expect_refused(Host(),
                 "{duration: 1s, config_bloat: {file: features, entries: 1000000, line: xx}}",
                 Code::denied, "1MB");
}

TEST(Refusal, OfWhatIsNotThere) {
  const Host host;
  expect_refused(host, "{duration: 1s, config_bloat: {file: missing, entries: 1, line: x}}",
                 Code::not_found, "nothing");
  expect_refused(host, "{duration: 1s, packet_loss: {interface: gone}}", Code::not_found, "eth77");
}

TEST(Refusal, OfAConfigurationThatCannotBeMeant) {
  const Host host;
  const auto refused = [&](const auto& change) {
    v1::AgentConfig config = host.config();
    change(config);
    const Result<Agent> agent = Agent::open(config, std::nullopt);
    return !agent && agent.error().code == Code::invalid_input;
  };
  const auto sleeper = [](v1::AgentConfig& config) -> v1::ProcessTarget& {
    return (*config.mutable_processes())["sleeper"];
  };

  EXPECT_TRUE(refused([](v1::AgentConfig& c) { c.set_state("state"); }));
  EXPECT_TRUE(refused([&](v1::AgentConfig& c) { sleeper(c).set_executable("sleep"); }));
  EXPECT_TRUE(refused([&](v1::AgentConfig& c) { sleeper(c).set_restart(0, "sh"); }));
  EXPECT_TRUE(
      refused([](v1::AgentConfig& c) { (*c.mutable_files())["features"].set_reload("nobody"); }));
  EXPECT_TRUE(refused(
      [](v1::AgentConfig& c) { (*c.mutable_interfaces())["loop"].set_interface("lo\" drop"); }));
  EXPECT_TRUE(refused(
      [](v1::AgentConfig& c) { (*c.mutable_interfaces())["loop"].set_peers(0, "everything"); }));
  EXPECT_FALSE(refused([](v1::AgentConfig&) {}));
}

// In a child that gives its rights away.
bool is_refused_without_rights(const Host& host, std::string_view text) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    const v1::PrimitiveFault fault = fault_of(text);
    Agent agent = host.agent();
    const Result<Injected> injected = agent.inject(fault);
    const bool is_refused = !injected && injected.error().code == Code::denied &&
                            injected.error().message.find("CAP_NET_ADMIN") != std::string::npos;
    ::_exit(is_refused && agent.standing()->empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Refusal, OfPacketFaultsWithoutTheRightToThem) {
  const Host host;
  ASSERT_EQ(::chmod(host.folder().c_str(), 0777), 0);

  EXPECT_TRUE(is_refused_without_rights(host, "{duration: 1s, packet_loss: {interface: loop}}"));
  EXPECT_TRUE(is_refused_without_rights(
      host, "{duration: 1s, packet_delay: {interface: loop, delay: 5ms}}"));
}

TEST(Refusal, OfASecondFaultOnTheSameObject) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kPause);
  Result<Injected> first = agent.inject(fault);
  ASSERT_TRUE(first);
  const v1::PrimitiveFault other = fault_of(kStop);

  const Result<Injected> second = agent.inject(other);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::conflict);
  EXPECT_NE(second.error().message.find(first->id), std::string::npos);
  EXPECT_EQ(agent.standing()->size(), 1U);
  EXPECT_TRUE(agent.revert(*first));
}

TEST(Refusal, WhileTheJournalIsDamaged) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault bloat = fault_of(kBloat);
  ASSERT_TRUE(agent.inject(bloat));
  std::fstream journal(host.folder() / "state/journal",
                       std::ios::in | std::ios::out | std::ios::binary);
  journal.seekp(20);
  journal.put('!');
  journal.close();
  const v1::PrimitiveFault fault = fault_of(kPause);

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected);
  EXPECT_EQ(injected.error().code, Code::not_reverted);
  EXPECT_FALSE(agent.revert_all());
}

}  // namespace
}  // namespace chokepoint::agents
