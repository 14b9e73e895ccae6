#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

const std::string kDenied = "{duration: 1min, file_denied: {file: features}}";

TEST(FileDenied, KeepsEverybodyButTheSuperuserOutAndGivesTheModeBack) {
  const Host host;
  Agent agent = host.agent();
  const std::string before = host.snapshot();
  const v1::PrimitiveFault fault = fault_of(kDenied);

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  struct stat status = {};
  ::stat(host.file().c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777U, 0U);
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_EQ(host.snapshot(), before);
}

TEST(FileDenied, LeavesAnotherFileThatTookItsPlaceAlone) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault fault = fault_of(kDenied);
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;
  host.write("new", "c 3;\n");
  ::chmod((host.folder() / "new").c_str(), 0604);
  fs::rename(host.folder() / "new", host.file());

  ASSERT_TRUE(agent.revert(*injected));

  struct stat status = {};
  ::stat(host.file().c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777U, 0604U);
}

TEST(FileDenied, IsRefusedBesideAnotherFaultOnTheSameFile) {
  const Host host;
  Agent agent = host.agent();
  const v1::PrimitiveFault bloat = fault_of(kBloat);
  Result<Injected> injected = agent.inject(bloat);
  ASSERT_TRUE(injected) << injected.error().message;

  EXPECT_EQ(agent.inject(fault_of(kDenied)).error().code, Code::conflict);
  EXPECT_TRUE(agent.revert(*injected));
}

}  // namespace
}  // namespace chokepoint::agents
