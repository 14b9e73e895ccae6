#include "scenarios/loader/load_deployment.h"

#include <gmock/gmock.h>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSound = R"(deployment: staging
blast_radius: {agents: 1}
places: {zone-a: {agents: [a1], interface: uplink}, zone-b/rack-9: {agents: [b1], interface: uplink}}
components: {db: {members: [{agent: a1, process: db}]}}
probes: {buy: {tcp: {address: "10.0.0.1:80"}}}
)";

std::string refusal_of(const std::string& text) {
  const LoadedDeployment read = load_deployment_text(text, "d.yaml", loaded(shop()));
  EXPECT_FALSE(read.errors.empty());
  return format_errors(read.errors);
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = kSound;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(LoadDeployment, TakesOneThatFitsAndFillsInDefaults) {
  const LoadedDeployment read = load_deployment_text(kSound, "d.yaml", loaded(shop()));

  EXPECT_TRUE(read.errors.empty()) << format_errors(read.errors);
  EXPECT_EQ(read.deployment.blast_radius().share(), 1);
  EXPECT_EQ(read.deployment.probes().at("buy").failures(), 2U);
  EXPECT_EQ(read.deployment.components().at("db").members(0).cores(), 1);
}

TEST(LoadDeployment, RefusesNamesThatAreNotTheScenarios) {
  EXPECT_THAT(refusal_of(with("zone-a:", "zone-x:")),
              HasSubstr("d.yaml:3:10: error: the scenario has no place 'zone-x'"));
  EXPECT_THAT(refusal_of(with("rack-9", "rack-10")), HasSubstr("no place 'zone-b/rack-10'"));
  EXPECT_THAT(refusal_of(with("{db:", "{dbb:")), HasSubstr("did you mean 'db'?"));
  EXPECT_THAT(refusal_of(with("{buy:", "{sell:")), HasSubstr("no capability 'sell'"));
  EXPECT_THAT(refusal_of(std::string(kSound) + "budget: {sell: {outage: 1s}}\n"),
              HasSubstr("no capability 'sell'"));
  EXPECT_THAT(refusal_of(std::string(kSound) + "guards: {never_down: [sell]}\n"),
              HasSubstr("no probe answers for 'sell'"));
}

TEST(LoadDeployment, RefusesABlastRadiusThatIsNotSaid) {
  EXPECT_THAT(refusal_of(with("blast_radius: {agents: 1}\n", "")), HasSubstr("blast_radius"));
}

TEST(LoadDeployment, RefusesBindingsThatNothingCouldComeOf) {
  EXPECT_THAT(refusal_of(with(", process: db", "")), HasSubstr("nothing of the agent's is named"));
  EXPECT_THAT(refusal_of(with("process: db", "service: db, method: m")),
              HasSubstr("'method' and 'result' belong together"));
  EXPECT_THAT(refusal_of(with("members: [{agent: a1, process: db}]",
                              "control_plane: {agent: a1, process: db}")),
              HasSubstr("db has no control plane"));
  EXPECT_THAT(
      refusal_of(with("members: [{agent: a1, process: db}]", "files: [{agent: a1, file: map}]")),
      HasSubstr("pushes no file"));
  EXPECT_THAT(refusal_of(with("members: [{agent: a1, process: db}]",
                              "resolvers: [{agent: a1, service: dns}]")),
              HasSubstr("has no record"));
  EXPECT_THAT(refusal_of(with("tcp: {address: \"10.0.0.1:80\"}",
                              "prometheus: {url: \"http://x\", query: up}")),
              HasSubstr("there is no bound"));
}

TEST(LoadDeployment, RefusesMoreMembersThanThereAre) {
  std::string members;
  for (int i = 0; i < 6; ++i) members += "{agent: a1, process: db},";

  EXPECT_THAT(refusal_of(with("{agent: a1, process: db}", members)),
              HasSubstr("6 members are bound, and db has 5"));
}

}  // namespace
}  // namespace chokepoint
