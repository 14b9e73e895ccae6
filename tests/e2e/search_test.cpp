#include <gmock/gmock.h>

#include <filesystem>

#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The text about one design, up to the next one.
std::string part(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from);
  return begin == std::string::npos ? "" : text.substr(begin, text.find(to, begin) - begin);
}

TEST(SearchCommand, FindsTheHallThatTheMarketHungOnAndThatThreeZonesDoNot) {
  const Outcome outcome =
      chokepoint({"search", incident(), "--variant", "base", "--variant", "three-zones",
                  "--capability", "trade", "--most", "1", "--seeds", "1"});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Places are below aws/us-east-1/\n"));
  EXPECT_THAT(part(outcome.out, ", base:", ", three-zones:"), HasSubstr("place use1-az4/hall-1"));
  EXPECT_THAT(part(outcome.out, ", three-zones:", "sets of one"),
              AllOf(HasSubstr("place aws/us-east-1 "), Not(HasSubstr("hall-1"))));
  EXPECT_THAT(outcome.out, HasSubstr("sets of one, two, ...  base  three-zones\n"));
}

TEST(SearchCommand, CanBeAskedOfEveryScenarioOfTheLibrary) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(source("scenarios/library"))) {
    if (entry.path().extension() != ".yaml") continue;
    const Outcome outcome = chokepoint({"search", entry.path(), "--most", "1", "--seeds", "1"});
    const bool has_none = outcome.err.find("has no capabilities") != std::string::npos;
    EXPECT_EQ(outcome.exit, has_none ? 2 : 0) << entry.path() << outcome.err;
    count += has_none ? 0 : 1;
  }
  EXPECT_GE(count, 12);
}

TEST(SearchCommand, GivesAnArrayToOtherTools) {
  const Outcome outcome = chokepoint({"search", starter(), "--most", "1", "--json"});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(::testing::StartsWith("[\n{\"scenario\":"),
                                 ::testing::EndsWith("}\n]\n"), HasSubstr("\"cause\":")));
}

TEST(SearchCommand, RefusesWhatThereIsNot) {
  EXPECT_EQ(chokepoint({"search", starter(), "--capability", "fly"}).exit, 2);
  EXPECT_EQ(chokepoint({"search", starter(), "--without", "nobody"}).exit, 2);
  EXPECT_EQ(chokepoint({"search", starter(), "--let-pass", "1"}).exit, 2);
  EXPECT_EQ(chokepoint({"search", starter(), "--most", "0"}).exit, 2);
}

}  // namespace
}  // namespace chokepoint::e2e
