#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

v1::ProcessIdentity sleeper(const Host& host) {
  return *find_process((host.folder() / "pid").string(), "/usr/bin/sleep");
}

TEST(ProcessPause, StopsTheProcessAndLetsItRunOn) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kPause);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_EQ(state_of(sleeper(host)), ProcessState::stopped);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(state_of(sleeper(host)), ProcessState::running);
}

TEST(ProcessPause, StopsWhatTheProcessStartedToo) {
  const Host host;
  const fs::path pid = host.folder() / "shell.pid";
  const pid_t shell = ::fork();
  if (shell == 0) {
    ::execl("/bin/sh", "sh", "-c", "/usr/bin/sleep 600 & /usr/bin/sleep 600", nullptr);
    ::_exit(127);
  }
  std::ofstream(pid) << shell;
  v1::AgentConfig config = host.config();
  v1::ProcessTarget& target = (*config.mutable_processes())["shell"];
  target.set_pid_file(pid.string());
  target.set_executable("/bin/sh");
  while (!find_process(pid.string(), "/bin/sh") ||
         family_of(*find_process(pid.string(), "/bin/sh")).size() < 3) {
    ::usleep(1000);
  }
  const auto family = family_of(*find_process(pid.string(), "/bin/sh"));
  Agent agent = *Agent::open(config, std::nullopt);
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, process_pause: {process: shell}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  for (const auto& process : family) EXPECT_EQ(state_of(process), ProcessState::stopped);
  ASSERT_TRUE(agent.revert(*injected));
  for (const auto& process : family) {
    EXPECT_EQ(state_of(process), ProcessState::running);
    ::kill(process.pid(), SIGKILL);
  }
  ::waitpid(shell, nullptr, 0);
}

TEST(ProcessPause, RefusesAProcessThatSomebodyElseStopped) {
  const Host host;
  ::kill(host.sleeper(), SIGSTOP);
  ASSERT_TRUE(wait_for(sleeper(host), ProcessState::stopped, 2));
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kPause);

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected);
  EXPECT_EQ(injected.error().code, Code::conflict);
  EXPECT_EQ(state_of(sleeper(host)), ProcessState::stopped);
}

TEST(ProcessPause, IsOverWhenTheProcessEndedMeanwhile) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kPause);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected);
  ::kill(host.sleeper(), SIGKILL);
  ::waitpid(host.sleeper(), nullptr, 0);

  EXPECT_TRUE(agent.revert(*injected));
}

TEST(ProcessStop, KillsTheProcessAndStartsItAgain) {
  const Host host;
  Agent agent = host.agent();
  const v1::ProcessIdentity before = sleeper(host);
  const v1::PrimitiveFault fault = fault_of(kStop);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_EQ(state_of(before), ProcessState::gone);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_NE(sleeper(host).pid(), before.pid());
  EXPECT_EQ(state_of(sleeper(host)), ProcessState::running);
}

TEST(ProcessStop, StartsNothingWhenSomebodyElseDid) {
  Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kStop);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected);
  host.start_sleeper();

  ASSERT_TRUE(agent.revert(*injected));

  EXPECT_EQ(sleeper(host).pid(), host.sleeper());
}

}  // namespace
}  // namespace chokepoint::agents
