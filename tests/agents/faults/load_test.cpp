#include <sys/mount.h>
#include <sys/statvfs.h>

#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

TEST(Load, BurnsProcessorTimeUntilItIsTakenBack) {
  const Host host;
  Agent agent = host.agent();
  const std::string before = host.snapshot();
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, cpu_load: {cores: 2, share: 50%}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_EQ(host.workers().size(), 2U);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(host.snapshot(), before);
}

TEST(Load, TakesMemoryUntilItIsTakenBack) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, memory_load: {bytes: 50MB}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_TRUE(host.workers().empty());
}

TEST(Load, IsRefusedAboveWhatTheConfigurationAllows) {
  const Host host;
  Agent agent = host.agent();
  for (const char* const text :
       {"{duration: 1min, cpu_load: {cores: 3}}", "{duration: 1min, memory_load: {bytes: 101MB}}",
        "{duration: 1min, disk_fill: {folder: other}}"}) {
    const Result<Injected> injected = agent.inject(fault_of(text));
    ASSERT_FALSE(injected) << text;
    EXPECT_EQ(injected.error().code, Code::denied);
  }
  EXPECT_TRUE(host.workers().empty());
}

TEST(Load, IsGoneWithTheProcessThatMadeIt) {
  const Host host;
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, memory_load: {bytes: 1MB}}");
  const pid_t child = ::fork();
  if (child == 0) {
    Agent agent = host.agent();
    Result<Injected> injected = agent.inject(fault);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  for (int i = 0; i < 500 && !host.workers().empty(); ++i) ::usleep(2000);

  EXPECT_TRUE(host.workers().empty());
  EXPECT_EQ(host.agent().standing()->size(), 1U);
  EXPECT_TRUE(host.agent().revert_all());
}

TEST(Load, NeverFillsTheFileSystemOfTheHostOrTheJournal) {
  const Host host;
  fs::create_directory(host.folder() / "data");
  Agent agent = host.agent();

  const Result<Injected> injected =
      agent.inject(fault_of("{duration: 1min, disk_fill: {folder: data}}"));

  ASSERT_FALSE(injected);
  EXPECT_EQ(injected.error().code, Code::denied);
}

TEST(Load, FillsADiskUpToWhatMustStayFreeAndGivesItBack) {
  const Host host;
  fs::create_directory(host.folder() / "data");
  const std::string folder = (host.folder() / "data").string();
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("practice", folder.c_str(), "tmpfs", 0, "size=16m") != 0) {
    GTEST_SKIP() << "no file system can be mounted here";
  }
  const auto free_bytes = [&] {
    struct statvfs system = {};
    ::statvfs(folder.c_str(), &system);
    return system.f_bavail * system.f_frsize;
  };
  const auto before = free_bytes();
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of("{duration: 1min, disk_fill: {folder: data}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_LE(free_bytes(), 1'100'000U);  // `keep` is 1 MB
  EXPECT_TRUE(fs::is_empty(folder));
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(free_bytes(), before);
  ::umount(folder.c_str());
}

}  // namespace
}  // namespace chokepoint::agents
