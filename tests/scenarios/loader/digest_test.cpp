#include "scenarios/loader/digest.h"

#include <gtest/gtest.h>

#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

TEST(Digest, DoesNotDependOnHowTheScenarioIsWritten) {
  const std::string one =
      "scenario: x\nhorizon: 1h\nplaces: {z: {}, y: {}}\n"
      "components: {a: {service: {replicas: 1, at: z}}, b: {service: {replicas: 1, at: y}}}\n";
  const std::string other =
      "# the same\nplaces:\n  y:\n  z: {racks: 10}\nhorizon: 60min\nscenario: x\n"
      "components: {b: {service: {at: [y], replicas: 1}}, a: {service: {at: [z], replicas: 1}}}\n";

  EXPECT_EQ(digest_of(loaded(one)), digest_of(loaded(other)));
}

TEST(Digest, LeavesVariantsOut) {
  EXPECT_EQ(digest_of(loaded(shop())), digest_of(loaded(shop("variants: {v: {horizon: 1h}}"))));
  v1::Scenario with_variants = loaded(shop());
  (*with_variants.mutable_variants())["v"].set_horizon(3);
  EXPECT_EQ(digest_of(with_variants), digest_of(loaded(shop())));
}

// FNV-1a of nothing is its offset basis.
TEST(Digest, IsFnv1aInHex) { EXPECT_EQ(digest_of(v1::Scenario()), "cbf29ce484222325"); }

}  // namespace
}  // namespace chokepoint
