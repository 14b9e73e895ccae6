#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string zone_loss() { return source("scenarios/library/gamedays/zone-loss.yaml"); }
std::string exchange() { return source("scenarios/deployments/mini-exchange.yaml"); }

Outcome plan(std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"gameday", "plan",         zone_loss(), "--seeds",
                                    "3",       "--deployment", exchange()};
  words.insert(words.end(), more.begin(), more.end());
  return chokepoint(words);
}

std::string digest_in(const std::string& json) {
  const std::regex digest(R"re("prediction_sha256":\s*"([0-9a-f]*)")re");
  std::smatch found;
  return std::regex_search(json, found, digest) ? found[1].str() : "";
}

TEST(GameDayPlan, SaysWhatWouldBeInjectedAndWhatIsPredicted) {
  const Outcome outcome = plan();

  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("15s  30s  a1     zone-a-dark  packet_loss:"));
  EXPECT_THAT(outcome.out, HasSubstr("15s  30s  a2     zone-a-dark  packet_loss:"));
  EXPECT_THAT(outcome.out, HasSubstr("Predicted by 3 runs, seeds 1 to 3"));
  EXPECT_THAT(outcome.out, HasSubstr("2 agents at once"));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(GameDayPlan, RunsAtThePaceThatIsAskedFor) {
  EXPECT_THAT(plan({"--pace", "10x"}).out, HasSubstr("1.5s   3s  a1"));
  const Outcome refused = plan({"--pace", "fast"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("--pace: 'fast' is no pace"));
}

TEST(GameDayPlan, IsTheSamePlanForTheSameFilesAndSeeds) {
  const std::string first = digest_in(plan({"--json"}).out);

  EXPECT_EQ(first.size(), 64U);
  EXPECT_EQ(digest_in(plan({"--json"}).out), first);
  EXPECT_NE(digest_in(plan({"--json", "--seed", "2"}).out), first);
}

TEST(GameDayPlan, SaysEverythingThatStandsAgainstIt) {
  const cli::testing::TemporaryFolder folder;
  std::string text = cli::testing::content_of(exchange());
  text.replace(text.find("agents: 2"), 9, "agents: 1");
  text.replace(text.find("outage: 1min"), 12, "outage: 10s");
  const std::string deployment = folder / "d.yaml";
  cli::testing::write_text(deployment, text);

  const Outcome outcome = chokepoint({"gameday", "plan", zone_loss(), "--deployment", deployment});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("allows 1"));
  EXPECT_THAT(outcome.err, HasSubstr("the budget is 10s"));
}

TEST(Check, HoldsADeploymentAgainstItsScenario) {
  EXPECT_EQ(chokepoint({"check", zone_loss(), "--deployment", exchange()}).exit, 0);
  const Outcome outcome = chokepoint({"check", starter(), "--deployment", exchange()});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("the scenario has no capability 'trade'"));
}

}  // namespace
}  // namespace chokepoint::e2e
