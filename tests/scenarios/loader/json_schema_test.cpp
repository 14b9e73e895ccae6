#include "scenarios/loader/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace chokepoint {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCommitted = CHOKEPOINT_SOURCE_DIR "/scenarios/schema/scenario.schema.json";

// To bring it up to date: CHOKEPOINT_UPDATE_GOLDEN=1, or chokepoint schema > that file.
TEST(JsonSchema, IsTheCommittedOne) {
  if (std::getenv("CHOKEPOINT_UPDATE_GOLDEN") != nullptr)
    std::ofstream(kCommitted) << json_schema();
  std::ifstream file(kCommitted);
  std::ostringstream committed;
  committed << file.rdbuf();

  EXPECT_EQ(json_schema(), committed.str());
}

TEST(JsonSchema, CarriesTheCommentsRangesAndDefaultsOfTheSchema) {
  const std::string schema = json_schema();

  EXPECT_THAT(schema, HasSubstr("The instant at which time 0 of the scenario stands"));
  EXPECT_THAT(schema, HasSubstr("Range: more than 0s and at most 366d."));
  EXPECT_THAT(schema, HasSubstr(R"("default": "10s")"));
  EXPECT_THAT(schema, HasSubstr("cool: place: all cooling works"));
}

}  // namespace
}  // namespace chokepoint
