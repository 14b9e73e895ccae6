#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::content_of;
using cli::testing::names_in;
using cli::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ten_mistakes() { return source("tests/e2e/ten_mistakes.yaml"); }

long positioned_errors(const std::string& text) {
  const std::regex error(R"(ten_mistakes\.yaml:\d+:\d+: error: )");
  return std::distance(std::sregex_iterator(text.begin(), text.end(), error), {});
}

TEST(Check, SaysThatAFileIsValidAndHowManyVariantsItHas) {
  const Outcome outcome = chokepoint({"check", starter()});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, starter() + ": ok (1 variant)\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(Check, AcceptsTheIncidentWithItsFiveVariants) {
  const Outcome outcome = chokepoint({"check", incident()});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("ok (5 variants)"));
}

TEST(Check, ReportsTenMistakesAtOnce) {
  const Outcome outcome = chokepoint({"check", ten_mistakes()});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(positioned_errors(outcome.err), 10) << outcome.err;
}

TEST(Check, GoesOnToTheNextFileAfterABadOne) {
  const Outcome outcome = chokepoint({"check", ten_mistakes(), starter()});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, starter() + ": ok (1 variant)\n");
}

TEST(Check, ReadsStandardInput) {
  const Outcome outcome = chokepoint({.arguments = {"check", "-"}, .input = content_of(starter())});

  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, "<stdin>: ok (1 variant)\n");
}

TEST(Check, NamesStandardInputInErrors) {
  const Outcome outcome = chokepoint({.arguments = {"check", "-"}, .input = "scenario: 1 2\n"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("<stdin>"));
}

TEST(Check, RefusesAFileThatIsNotThere) {
  const Outcome outcome = chokepoint({"check", "/no/such/file.yaml"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("/no/such/file.yaml"));
}

TEST(Run, WritesNothingForAFileWithTenMistakes) {
  const TemporaryFolder folder;

  const Outcome outcome = chokepoint({"run", ten_mistakes(), "--out", folder / "run"});

  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(positioned_errors(outcome.err), 10);
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
}

}  // namespace
}  // namespace chokepoint::e2e
