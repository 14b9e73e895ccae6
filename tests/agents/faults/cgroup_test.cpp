// Control groups of version 2 or 1, whichever this host has; version 2 also as plain files that
// look like one.
#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

std::string value(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  return text;
}

TEST(CgroupFault, FreezesAProcessAndThawsIt) {
  const Cgroup group("freezer");
  if (!group.has("freezer.state") && !group.has("cgroup.freeze")) GTEST_SKIP() << "no freezer here";
  Host host;
  host.use_group(group.path());
  std::ofstream(group.path() + "/cgroup.procs") << host.sleeper();
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, cgroup_freeze: {cgroup: orders}}");
  const std::string before = host.snapshot();

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_NE(host.snapshot(), before);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(host.snapshot(), before);
  ::kill(host.sleeper(), SIGKILL);
  ::waitpid(host.sleeper(), nullptr, 0);
}

TEST(CgroupFault, LimitsProcessorTimeAndMemoryAndTakesThatBack) {
  for (const auto& [controller, file, fault] :
       {std::tuple{"cpu", "cpu.cfs_quota_us", "cpu_limit: {cgroup: orders, cores: 20%}"},
        std::tuple{"memory", "memory.limit_in_bytes",
                   "memory_limit: {cgroup: orders, bytes: 64MB}"}}) {
    const Cgroup group(controller);
    if (!group.has(file)) GTEST_SKIP() << "no controller of version 1 here";
    Host host;
    host.use_group(group.path());
    Agent agent = host.agent();
    const std::string before = value(group.path() + "/" + file);
    const v1::PrimitiveFault read = fault_of(std::string("{duration: 1min, ") + fault + "}");

    Result<Injected> injected = agent.inject(read);

    ASSERT_TRUE(injected) << injected.error().message;
    EXPECT_NE(value(group.path() + "/" + file), before);
    ASSERT_TRUE(agent.revert(*injected));
    EXPECT_EQ(value(group.path() + "/" + file), before);
  }
}

// A folder with the files of version 2: what is written there, and when it counts as seen.
class VersionTwo : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(host_.folder() / "group");
    host_.use_group((host_.folder() / "group").string());
    host_.write("group/cgroup.freeze", "0\n");
    host_.write("group/cgroup.events", "populated 1\nfrozen 0\n");
    host_.write("group/cpu.max", "max 100000\n");
    host_.write("group/memory.max", "max\n");
  }
  Host host_;
};

TEST_F(VersionTwo, GetsAQuotaAndGivesItBack) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, cpu_limit: {cgroup: orders, cores: 150%}}");
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_TRUE(value(host_.group() + "/cpu.max").starts_with("150000 100000"));
}

TEST_F(VersionTwo, IsNotFrozenUntilTheKernelSaysSo) {
  Agent agent = host_.agent();

  const Result<Injected> injected =
      agent.inject(fault_of("{duration: 1min, cgroup_freeze: {cgroup: orders}}"));

  ASSERT_FALSE(injected);
  EXPECT_NE(injected.error().message.find("no witness"), std::string::npos);
  EXPECT_TRUE(value(host_.group() + "/cgroup.freeze").starts_with("0"));
}

TEST_F(VersionTwo, KeepsAValueThatSomebodyElseHasPutThere) {
  Agent agent = host_.agent();
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, memory_limit: {cgroup: orders, bytes: 64MiB}}");
  host_.write("group/memory.max", "max");
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;
  host_.write("group/memory.max", "123456");

  const Status reverted = agent.revert(*injected);

  ASSERT_FALSE(reverted);
  EXPECT_EQ(reverted.error().code, Code::not_reverted);
  EXPECT_EQ(value(host_.group() + "/memory.max"), "123456");
}

TEST(CgroupFault, IsRefusedForAGroupThatIsNotThereOrNotAllowed) {
  const Host host;
  Agent agent = host.agent();
  EXPECT_EQ(
      agent.inject(fault_of("{duration: 1min, cgroup_freeze: {cgroup: nothing}}")).error().code,
      Code::not_found);
  EXPECT_EQ(agent.inject(fault_of("{duration: 1min, cgroup_freeze: {cgroup: other}}")).error().code,
            Code::denied);
}

}  // namespace
}  // namespace chokepoint::agents
