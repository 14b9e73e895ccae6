#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

namespace fs = std::filesystem;
using cli::testing::names_in;
using cli::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Every request on its own, so many that no machine comes to the end of them.
constexpr const char* kEndless = R"(
scenario: endless
horizon: 24h
traffic: {discrete: true, tick: 1s, sample: 1s}
places: {zone: {}}
components:
  web: {service: {replicas: 1000, at: [zone], capacity: 1000/s}}
capabilities:
  view: {needs: [web]}
users:
  many: {rate: 100000/s, uses: {view: 100%}}
)";

void wait_for(const fs::path& path) {
  while (!fs::exists(path)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(Interrupt, EndsWith130AndLeavesNothing) {
  const TemporaryFolder folder;
  Running run({.arguments = {"run", "-", "--out", folder / "run"}, .input = kEndless});
  wait_for(folder / "run");

  run.send(SIGINT);
  const Outcome outcome = run.wait();

  EXPECT_EQ(outcome.exit, 130);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("interrupted"));
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
}

TEST(Interrupt, KeepsWhatWasInTheFolderBefore) {
  const TemporaryFolder folder;
  chokepoint({"run", starter(), "--out", folder / "run"});
  const std::vector<std::string> before = names_in(folder / "run");
  Running run({.arguments = {"run", "-", "--out", folder / "run/deeper"}, .input = kEndless});
  wait_for(folder / "run/deeper");

  run.send(SIGTERM);

  EXPECT_EQ(run.wait().exit, 128 + SIGTERM);
  EXPECT_EQ(names_in(folder / "run"), before);
}

}  // namespace
}  // namespace chokepoint::e2e
