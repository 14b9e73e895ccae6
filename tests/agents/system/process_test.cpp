#include "agents/system/process.h"

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

}  // namespace
}  // namespace chokepoint::agents
