#include <sys/resource.h>

#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

TEST(ConfigBloat, GrowsTheFileByItsLinesAndGivesItBackAsItWas) {
  const Host host;
  Agent agent = host.agent();
  const std::string before = host.snapshot();
  const v1::PrimitiveFault fault = fault_of(kBloat);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  std::ifstream file(host.file());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 1002U);
  EXPECT_EQ(lines[1], "b 2;");
  EXPECT_EQ(lines.back(), "feature-999 on;");
  EXPECT_EQ(look(injected->undo), Seen::injected);

  ASSERT_TRUE(agent.revert(*injected));

  EXPECT_EQ(look(injected->undo), Seen::baseline);
  EXPECT_EQ(host.snapshot(), before);
}

TEST(ConfigBloat, KeepsOwnerModeAndAttributesOfTheCopy) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kBloat);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;

  struct stat status = {};
  ASSERT_EQ(::stat(host.file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  char value[16] = {};
  EXPECT_EQ(::getxattr(host.file().c_str(), "user.owner", value, sizeof value),
            host.has_attributes() ? 4 : -1);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST(ConfigBloat, GrowsInStagesAndGivesTheFileBackFromEachOfThem) {
  for (int taken = 0; taken <= 3; ++taken) {
    const Host host;
    Agent agent = host.agent();
    const std::string before = host.snapshot();
    const v1::PrimitiveFault fault = fault_of(
        "{duration: 1min, config_bloat: {file: features, entries: 80, line: 'f-{n} on;', stages: "
        "4, "
        "curve: doubling}}");
    Result<Injected> injected = agent.inject(fault);
    ASSERT_TRUE(injected) << injected.error().message;
    for (int i = 0; i < taken; ++i) ASSERT_TRUE(agent.advance(*injected));

    std::ifstream file(host.file());
    int lines = -2;  // which it had before
    for (std::string line; std::getline(file, line);) ++lines;
    EXPECT_EQ(lines, 10 << taken);
    EXPECT_EQ(look(injected->undo), Seen::injected);
    ASSERT_TRUE(agent.revert(*injected));
    EXPECT_EQ(host.snapshot(), before);
  }
}

TEST(ConfigBloat, GrowsNoFileAnyMoreThatSomebodyReplaced) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, config_bloat: {file: features, entries: 80, stages: 4}}");
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;
  host.write("new", "c 3;\n");
  fs::rename(host.folder() / "new", host.file());

  const Result<double> next = agent.advance(*injected);

  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, Code::conflict);
  EXPECT_EQ(fs::file_size(host.file()), 5U);
}

TEST(ConfigBloat, LeavesAFileAloneThatSomebodyReplacedMeanwhile) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kBloat);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected);
  host.write("new", "c 3;\n");
  fs::rename(host.folder() / "new", host.file());

  const Status reverted = agent.revert(*injected);

  ASSERT_FALSE(reverted);
  EXPECT_EQ(reverted.error().code, Code::not_reverted);
  EXPECT_EQ(agent.standing()->size(), 1U);
  EXPECT_EQ(agent.standing()->front().seen, Seen::unknown);
  std::ifstream file(host.file());
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "c 3;");
  EXPECT_TRUE(fs::exists(injected->undo.restore_file().aside()));
}

TEST(ConfigBloat, PutsTheOriginalBackWhenTheGrownCopyIsGone) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kBloat);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected);
  fs::remove(host.file());

  ASSERT_TRUE(agent.revert(*injected));

  EXPECT_EQ(look(injected->undo), Seen::baseline);
}

TEST(ConfigBloat, TellsTheReader) {
  const Host host;
  v1::AgentConfig config = host.config();
  (*config.mutable_files())["features"].set_reload("sleeper");  // which SIGHUP ends
  Agent agent = *Agent::open(config, std::nullopt);
  const v1::PrimitiveFault fault = fault_of(kBloat);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  int status = 0;
  ASSERT_EQ(::waitpid(host.sleeper(), &status, 0), host.sleeper());
  EXPECT_EQ(WTERMSIG(status), SIGHUP);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST(ConfigBloat, FollowsALinkAndKeepsIt) {
  const Host host;
  fs::rename(host.file(), host.folder() / "real.map");
  fs::create_symlink("real.map", host.file());
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kBloat);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_TRUE(fs::is_symlink(host.file()));
  EXPECT_GT(fs::file_size(host.folder() / "real.map"), 1000U);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(fs::file_size(host.folder() / "real.map"), 10U);
}

TEST(ConfigBloat, TouchesNothingWhenTheDiskCannotTakeTheCopy) {
  const Host host;
  Agent agent = host.agent();
  const std::string before = host.snapshot();
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  const v1::PrimitiveFault fault = fault_of(kBloat);

  const Result<Injected> injected = agent.inject(fault);

  ASSERT_FALSE(injected);
  EXPECT_EQ(injected.error().code, Code::unavailable);
  EXPECT_EQ(host.snapshot(), before);
  EXPECT_TRUE(agent.standing()->empty());
}

}  // namespace
}  // namespace chokepoint::agents
