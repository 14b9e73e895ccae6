// The programs as they are run: an agent that dies or stands still, and a guardian that takes its
// fault back.
#include <chrono>

#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

constexpr const char* kAgent = CHOKEPOINT_BINARY_DIR "/bin/chokepoint-agent";

class GuardianTest : public testing::Test {
 protected:
  void SetUp() override {
    host_.write("agent.yaml", host_.config_text());
    host_.write("fault.yaml", kBloat);
    host_.write("out", "");
    (void)host_.agent();  // makes the folder of the journal
    before_ = host_.snapshot();
  }

  // Starts `apply` and waits until it says that the fault is there.
  pid_t apply(const std::string& fault = "fault.yaml", const char* second = nullptr) {
    const std::string out = (host_.folder() / "out").string();
    const std::string config = (host_.folder() / "agent.yaml").string();
    const std::string file = (host_.folder() / fault).string();
    const pid_t child = ::fork();
    if (child == 0) {
      const int to = ::open(out.c_str(), O_WRONLY | O_APPEND);
      ::dup2(to, 1);
      ::dup2(to, 2);
      ::execl(kAgent, "chokepoint-agent", "apply", "--config", config.c_str(), "--local",
              file.c_str(), second, nullptr);
      ::_exit(127);
    }
    EXPECT_TRUE(wait([this] { return said("injected, and seen to be"); }, 10)) << output();
    return child;
  }

  std::string output() const {
    std::ifstream file(host_.folder() / "out");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool said(const std::string& words) const { return output().find(words) != std::string::npos; }

  // Whether it becomes true within so many seconds.
  template <class Condition>
  static bool wait(Condition holds, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::duration<double>(seconds);
    while (!holds()) {
      if (Clock::now() > until) return false;
      ::usleep(5000);
    }
    return true;
  }

  bool is_whole() const {
    std::string now = host_.snapshot();
    return now == before_ && host_.agent().standing()->empty();
  }

  Host host_;
  std::string before_;
};

int exit_of_child(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(GuardianTest, TakesTheFaultBackWhenTheAgentIsKilled) {
  const pid_t agent = apply();
  EXPECT_FALSE(is_whole());

  ::kill(agent, SIGKILL);
  exit_of_child(agent);

  EXPECT_TRUE(wait([this] { return is_whole(); }, 3)) << host_.snapshot();
}

TEST_F(GuardianTest, TakesTheFaultBackWhenTheAgentStandsStill) {
  const pid_t agent = apply();

  ::kill(agent, SIGSTOP);

  EXPECT_TRUE(wait([this] { return is_whole(); }, 2 + 1 + 2))
      << host_.snapshot();                    // lease, a second, and slack
  EXPECT_EQ(exit_of_child(agent), -SIGKILL);  // it must not go on later
}

TEST_F(GuardianTest, LeavesAnAgentAloneThatIsAlive) {
  const pid_t agent = apply();

  ::usleep(3'000'000);  // longer than the lease

  EXPECT_FALSE(is_whole());
  ::kill(agent, SIGINT);
  EXPECT_EQ(exit_of_child(agent), 130);
  EXPECT_TRUE(is_whole());
  EXPECT_TRUE(said("reverted, and seen to be"));
}

TEST_F(GuardianTest, HasNothingToDoWhenTheFaultEndsInTime) {
  host_.write("fault.yaml", "{duration: 300ms, process_pause: {process: sleeper}}");
  before_ = host_.snapshot();

  const pid_t agent = apply();

  EXPECT_EQ(exit_of_child(agent), 0);
  EXPECT_TRUE(is_whole());
}

TEST_F(GuardianTest, TakesBackSeveralFaultsThatWereInjectedInOrder) {
  host_.write("bloat.yaml", kBloat);
  host_.write("pause.yaml", "{duration: 1min, after: 300ms, process_pause: {process: sleeper}}");
  before_ = host_.snapshot();
  const std::string second = (host_.folder() / "pause.yaml").string();

  const pid_t agent = apply("bloat.yaml", second.c_str());
  EXPECT_FALSE(said("process sleeper: injected"));
  EXPECT_TRUE(wait([this] { return said("process sleeper: injected"); }, 5));
  ::kill(agent, SIGKILL);
  exit_of_child(agent);

  EXPECT_TRUE(wait([this] { return is_whole(); }, 3)) << host_.snapshot();
}

TEST_F(GuardianTest, TakesNothingBackFromTwoFaultsOnOneObjectSinceNoneIsInjected) {
  const std::string out = (host_.folder() / "out").string();
  host_.write("bloat.yaml", kBloat);
  const std::string fault = (host_.folder() / "bloat.yaml").string();
  const std::string command = fmt::format("{} apply {} {} --config {}/agent.yaml --local > {} 2>&1",
                                          kAgent, fault, fault, host_.folder().string(), out);

  EXPECT_NE(std::system(command.c_str()), 0);

  EXPECT_TRUE(said("two of the faults are on")) << output();
}

TEST_F(GuardianTest, IsNotNeededWhenAPersonReverts) {
  const pid_t agent = apply();

  EXPECT_TRUE(host_.agent().revert_all());

  EXPECT_TRUE(is_whole());
  EXPECT_EQ(exit_of_child(agent), 2);
  EXPECT_TRUE(said("reverted by somebody else"));
}

TEST_F(GuardianTest, KilledWithItsAgentLeavesItToTheJournal) {
  const pid_t agent = apply();
  const auto family = family_of([&] {
    v1::ProcessIdentity process;
    process.set_pid(agent);
    process.set_boot(boot_identity());
    return process;
  }());
  ASSERT_EQ(family.size(), 2U);
  ::kill(family[1].pid(), SIGKILL);
  ::kill(agent, SIGKILL);
  exit_of_child(agent);
  EXPECT_FALSE(is_whole());

  EXPECT_TRUE(host_.agent().revert_all());

  EXPECT_TRUE(is_whole());
}

}  // namespace
}  // namespace chokepoint::agents
