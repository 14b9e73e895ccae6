#include "agents/system/process.h"

#include "agents/system/loaded.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"
#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

std::string pid_file(const Host& host) { return (host.folder() / "pid").string(); }

TEST(Process, IsFoundByItsPidFileAndProgram) {
  const Host host;

  const auto found = find_process(pid_file(host), "/usr/bin/sleep");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->pid(), host.sleeper());
  EXPECT_EQ(state_of(*found), ProcessState::running);
}

TEST(Process, OfAnotherProgramIsNotTheOne) {
  const Host host;

  const auto found = find_process(pid_file(host), "/usr/bin/env");

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::conflict);
}

TEST(Process, ThatIsGoneIsNotFound) {
  const Host host;
  ::kill(host.sleeper(), SIGKILL);
  while (find_process(pid_file(host), "/usr/bin/sleep")) ::usleep(1000);

  EXPECT_EQ(find_process(pid_file(host), "/usr/bin/sleep").error().code, Code::not_found);
}

TEST(Process, WithTheSameNumberIsNotTakenForAnother) {
  const Host host;
  v1::ProcessIdentity earlier = *find_process(pid_file(host), "/usr/bin/sleep");
  earlier.set_started(earlier.started() - 1);

  EXPECT_EQ(state_of(earlier), ProcessState::gone);
  EXPECT_FALSE(send_signal(earlier, SIGKILL));
  EXPECT_TRUE(find_process(pid_file(host), "/usr/bin/sleep"));
}

TEST(Process, OfAnotherBootIsGone) {
  const Host host;
  v1::ProcessIdentity earlier = *find_process(pid_file(host), "/usr/bin/sleep");
  earlier.set_boot("before");

  EXPECT_EQ(state_of(earlier), ProcessState::gone);
}

TEST(Process, ThatCannotBeStartedSaysWhy) {
  const Host host;
  const Status started = start_program({"/nowhere/program"}, (host.folder() / "mark").string());

  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("/nowhere/program"), std::string::npos);
}

// In a child whose end is at the step; a program that had begun would leave a file.
TEST(Process, WhoseStarterDiesBeforeItBeginsNeverBegins) {
  const Host host;
  const fs::path begun = host.folder() / "begun";
  const std::string mark = (host.folder() / "mark").string();
  const pid_t child = ::fork();
  if (child == 0) {
    on_step([](std::string_view what) {
      if (what == "program: marked") ::kill(::getpid(), SIGKILL);
    });
    (void)start_program({"/usr/bin/touch", begun.string()}, mark);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);

  ASSERT_TRUE(WIFSIGNALED(status));
  const auto starter = read_mark(mark);
  ASSERT_TRUE(starter);
  EXPECT_TRUE(wait_for(*starter, ProcessState::gone, 5));
  EXPECT_FALSE(fs::exists(begun));
}

TEST(Process, ThatIsStartedFindsSettingsAndListensToSignalsThatWeDoNot) {
  const Host host;
  const std::string mark = (host.folder() / "mark").string();
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGTERM, SIG_IGN);
    sigset_t interrupt;
    ::sigemptyset(&interrupt);
    ::sigaddset(&interrupt, SIGINT);
    ::sigprocmask(SIG_BLOCK, &interrupt, nullptr);
    ::setenv("PLACE", "there", 1);
    const Status started = start_program({"/usr/bin/sleep", "600"}, mark, {"PLACE=here"});
    ::_exit(started ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const auto started = read_mark(mark);
  ASSERT_TRUE(started);
  wait_until([&] { return environment_of(*started, "PLACE") == "here"; }, 5);

  EXPECT_EQ(environment_of(*started, "PLACE"), "here");
  std::ifstream file(fmt::format("/proc/{}/status", started->pid()));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("SigBlk:") || line.starts_with("SigIgn:")) {
      EXPECT_EQ(std::stoull(line.substr(7), nullptr, 16) &
                    ((1ULL << (SIGTERM - 1)) | (1ULL << (SIGINT - 1))),
                0U)
          << line;
    }
  }
  EXPECT_TRUE(kill_process(*started));
  EXPECT_EQ(state_of(*started), ProcessState::gone);
}

}  // namespace
}  // namespace chokepoint::agents
