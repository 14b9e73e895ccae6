#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::names_in;
using cli::testing::TemporaryFolder;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Pki : public ::testing::Test {
 protected:
  Outcome pki(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "pki");
    return chokepoint(Command{.arguments = std::move(arguments), .folder = folder_.path()});
  }
  void expect_refused(const std::vector<std::string>& arguments, const std::string& says) const {
    const Outcome outcome = pki(arguments);
    EXPECT_EQ(outcome.exit, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(says));
  }

  TemporaryFolder folder_;
};

TEST_F(Pki, SaysWhatItMadeAndWhatToDoWithIt) {
  const Outcome init = pki({"init"});
  EXPECT_EQ(init.exit, 0) << init.err;
  EXPECT_THAT(init.out, HasSubstr("wrote pki/ca.pem, pki/ca.key, pki/revoked.pem, pki/issued.txt"));
  EXPECT_THAT(init.out, HasSubstr("next: chokepoint pki issue controller NAME --address HOST"));

  const Outcome controller =
      pki({"issue", "controller", "staging", "--address", "10.0.0.7", "--address", "host.example"});
  EXPECT_EQ(controller.exit, 0) << controller.err;
  EXPECT_THAT(controller.out, HasSubstr("wrote pki/staging.pem, pki/staging.key; valid until 20"));
  EXPECT_THAT(controller.out, HasSubstr("pki/revoked.pem"));

  const Outcome agent = pki({"issue", "agent", "zone-1-host-2", "--days", "30"});
  EXPECT_EQ(agent.exit, 0) << agent.err;
  EXPECT_THAT(agent.out, HasSubstr("it has to be the agent 'zone-1-host-2'"));

  EXPECT_EQ(pki({"issue", "operator", "maria"}).exit, 0);
  EXPECT_EQ(pki({"issue", "operator", "maria", "--renew"}).exit, 0);
  const Outcome revoke = pki({"revoke", "maria"});
  EXPECT_EQ(revoke.exit, 0) << revoke.err;
  EXPECT_THAT(revoke.out, HasSubstr("wrote pki/revoked.pem; 2 certificates of 'maria' revoked"));
}

TEST_F(Pki, WorksInAnotherFolder) {
  const Outcome init = pki({"init", "--folder", "my own"});
  EXPECT_EQ(init.exit, 0) << init.err;
  EXPECT_THAT(init.out, HasSubstr("next: chokepoint pki issue --folder 'my own' controller"));
  EXPECT_EQ(pki({"issue", "observer", "joe", "--folder", "my own"}).exit, 0);
  EXPECT_EQ(pki({"revoke", "--folder", "my own", "joe"}).exit, 0);
  EXPECT_THAT(names_in(folder_ / "my own"), Contains("joe.key"));
}

TEST_F(Pki, RefusesWhatCannotBe) {
  expect_refused({"issue", "agent", "a"}, "hint: make one: chokepoint pki init --folder pki");
  ASSERT_EQ(pki({"init"}).exit, 0);
  expect_refused({"init"}, "already");
  expect_refused({"issue", "agnet", "a"}, "did you mean 'agent'?");
  expect_refused({"issue", "agent", "A"}, "'A' is not a name");
  expect_refused({"issue", "controller", "staging"}, "--address");
  expect_refused({"issue", "agent", "a", "--days", "0"}, "--days");
  expect_refused({"issue", "agent", "a", "--renew"}, "never issued");
  expect_refused({"revoke", "a"}, "never issued");
  ASSERT_EQ(pki({"issue", "agent", "a"}).exit, 0);
  expect_refused({"issue", "agent", "a"}, "issued already");
  ASSERT_EQ(pki({"revoke", "a"}).exit, 0);
  expect_refused({"revoke", "a"}, "revoked already");
}

TEST_F(Pki, WantsAStepAndItsArguments) {
  expect_refused({}, "see chokepoint pki --help");
  expect_refused({"issue", "agent"}, "NAME");
  expect_refused({"revoke"}, "NAME");
}

TEST_F(Pki, ShowsExamplesBeforeOptions) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"issue", "--help"}, {"init", "--help"}}) {
    const Outcome outcome = pki(arguments);
    EXPECT_EQ(outcome.exit, 0);
    EXPECT_LT(outcome.out.find("Examples:"), outcome.out.find("Options:")) << outcome.out;
  }
}

TEST_F(Pki, LeavesNothingOnADiskThatIsFull) {
  const Outcome outcome = chokepoint(Command{.arguments = {"pki", "init"},
                                             .folder = folder_.path(),
                                             .wrapper = {"prlimit", "--fsize=300"}});

  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.err, HasSubstr("ulimit -f"));
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

}  // namespace
}  // namespace chokepoint::e2e
