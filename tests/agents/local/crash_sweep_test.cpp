// The agent is killed at every step of injecting and reverting; then whoever reverts is killed at
// every step of that. What is left at the end is compared with what was there at the start.
#include "agents/system/queueing.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"
#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

int steps_left = -1;  // until this process dies; negative: it does not

void die_in_time(std::string_view /*what*/) {
  if (steps_left == 0) ::kill(::getpid(), SIGKILL);
  if (steps_left > 0) --steps_left;
}

// Runs `work` in a child that dies after so many steps; true when it came to its end. On a busy
// machine a fault may be refused: the life is lived again.
template <class Work>
bool survives(int steps, Work work) {
  for (int tries = 0; tries < 5; ++tries) {
    const pid_t child = ::fork();
    if (child == 0) {
      steps_left = steps;
      on_step(die_in_time);
      ::_exit(work() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status)) return false;
    if (WEXITSTATUS(status) == 0) return true;
  }
  ADD_FAILURE() << "refused again and again";
  return true;
}

class CrashSweep : public testing::Test {
 protected:
  void sweep(std::string_view text) {
    const v1::PrimitiveFault fault = fault_of(text);
    const auto whole_life = [&](const Host& host) {
      Agent agent = host.agent();
      Result<Injected> injected = agent.inject(fault, id_);
      return injected && agent.revert(*injected);
    };
    int crashes = 0;
    int kept = 0;
    bool agent_dies = true;
    for (int first = 0; agent_dies; ++first) {
      bool reverter_dies = true;
      for (int second = 0; reverter_dies; ++second) {
        Host host;
        if (!group_.empty()) host.use_group(group_);
        Agent agent = host.agent();
        const std::string before = host.snapshot();
        agent_dies = !survives(first, [&] { return whole_life(host); });
        reverter_dies = !survives(second, [&] { return bool(host.agent().revert_all()); });
        crashes += (agent_dies ? 1 : 0) + (reverter_dies ? 1 : 0);

        const Status reverted = agent.revert_all();

        ASSERT_TRUE(reverted) << first << ", " << second << ": " << reverted.error().message;
        ASSERT_EQ(host.snapshot(), before) << first << ", " << second;
        ASSERT_TRUE(agent.standing()->empty());
        ASSERT_EQ(tables(), 0U) << first << ", " << second;
        ASSERT_EQ(shared(), "") << first << ", " << second;
        ++kept;
      }
    }
    RecordProperty("crashes", crashes);
    std::printf("%d crashes in %d lives, nothing left\n", crashes, kept);
    ASSERT_GT(crashes, 20);
  }

  // The agent alone is killed, at every step; its guardian has to do the rest.
  void sweep_with_guardian(std::string_view text) {
    const v1::PrimitiveFault fault = fault_of(text);
    int crashes = 0;
    bool agent_dies = true;
    for (int steps = 0; agent_dies; ++steps) {
      const Host host;
      host.write("agent.yaml", host.config_text());
      const GuardianOptions options{.guardian = CHOKEPOINT_BINARY_DIR "/bin/chokepoint-guardian",
                                    .program = CHOKEPOINT_BINARY_DIR "/bin/chokepoint-agent",
                                    .config = (host.folder() / "agent.yaml").string()};
      const auto whole_life = [&] {
        Result<Agent> agent = Agent::open(host.config(), options);
        Result<Injected> injected = agent->inject(fault, id_);
        return injected && agent->revert(*injected);
      };
      const Agent agent = host.agent();
      const std::string before = host.snapshot();

      agent_dies = !survives(steps, whole_life);

      crashes += agent_dies ? 1 : 0;
      // Before there was a guardian nothing was changed; the journal may name what never was.
      wait_until([&] { return host.programs().empty(); }, 10);
      ASSERT_EQ(host.snapshot(), before) << steps;
      ASSERT_EQ(tables(), 0U) << steps;
      ASSERT_EQ(shared(), "") << steps;
    }
    RecordProperty("crashes", crashes);
    std::printf("%d crashes beside a guardian, nothing left\n", crashes);
    ASSERT_GT(crashes, 8);
  }

  std::string group_;
  const std::string id_ = fmt::format("sweep{}", ::getpid());

  // What of this fault is left in shared memory.
  std::string shared() const {
    std::string left;
    for (const auto& entry : fs::directory_iterator("/dev/shm")) {
      const std::string name = entry.path().filename();
      if (name.find(id_) != std::string::npos) left += name + " ";
    }
    return left;
  }

  static std::size_t tables() {
    Nftables filter;
    std::size_t found = 0;
    if (const auto listing = filter.list_tables()) {
      for (std::size_t at = listing->find("chokepoint_"); at != std::string::npos;
           at = listing->find("chokepoint_", at + 1)) {
        ++found;
      }
    }
    return found;
  }
};

TEST_F(CrashSweep, LeavesNoPausedProcess) { sweep(kPause); }
TEST_F(CrashSweep, LeavesNoStoppedProcess) { sweep(kStop); }
TEST_F(CrashSweep, LeavesNoOtherClock) { sweep(kClock); }
TEST_F(CrashSweep, LeavesNoGrownFile) { sweep(kBloat); }
TEST_F(CrashSweep, LeavesNoPacketFilter) {
  if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  sweep(kLoss);
}
TEST_F(CrashSweep, LeavesNoRefusal) {
  if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  sweep("{duration: 1min, packet_reject: {interface: loop}}");
}
TEST_F(CrashSweep, LeavesNoTokenBucket) {
  if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  sweep("{duration: 1min, packet_bandwidth: {interface: loop, rate: 1MB/s}}");
  EXPECT_EQ(root_queue("lo")->handle, 0U);
}
TEST_F(CrashSweep, LeavesNoRedirectionAndNoProxy) {
  if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  sweep("{duration: 1min, connection_reset: {service: direct}}");
}
TEST_F(CrashSweep, LeavesNoFileDenied) { sweep("{duration: 1min, file_denied: {file: features}}"); }
TEST_F(CrashSweep, LeavesNoLoad) { sweep("{duration: 1min, memory_load: {bytes: 1MB}}"); }
TEST_F(CrashSweep, LeavesNoLimitOfAControlGroup) {
  const Cgroup group("cpu");
  if (!group.has("cpu.cfs_quota_us")) GTEST_SKIP() << "no controller of version 1 here";
  group_ = group.path();
  sweep("{duration: 1min, cpu_limit: {cgroup: orders, cores: 50%}}");
}
TEST_F(CrashSweep, LeavesNothingToDoBesideAGuardian) {
  if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  sweep_with_guardian(kPause);
  sweep_with_guardian(kStop);
  sweep_with_guardian(kClock);
  sweep_with_guardian(kBloat);
  sweep_with_guardian(kLoss);
}
TEST_F(CrashSweep, LeavesNoDelay) {
  if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
  sweep("{duration: 1min, packet_delay: {interface: loop, delay: 5ms}}");
}

}  // namespace
}  // namespace chokepoint::agents
