#include <gmock/gmock.h>

#include "tests/controller/pki/issued.h"

namespace chokepoint::controller {
namespace {

using testing::certificate_in;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::kNow;
using testing::mode_of;

class PkiRenewal : public testing::PkiTest {
 protected:
  PkiRenewal() { make_authority(); }
};

using PkiRevoke = PkiRenewal;

TEST_F(PkiRenewal, PutsANewPairInPlaceOfTheOld) {
  ASSERT_TRUE(issue(Role::operator_, "maria"));
  const std::string certificate = text("maria.pem");
  const std::string key = text("maria.key");

  const Result<pki::Made> made = renew(Role::operator_, "maria");

  ASSERT_TRUE(made) << made.error().message;
  EXPECT_NE(text("maria.pem"), certificate);
  EXPECT_NE(text("maria.key"), key);
  EXPECT_EQ(mode_of(in_pki("maria.key")), 0600U);
  EXPECT_TRUE(identity(text("maria.pem")));
  EXPECT_TRUE(identity(certificate)) << "until it ends or the name is revoked";
}

TEST_F(PkiRenewal, NeedsNoneOfTheOldFiles) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  std::filesystem::remove(in_pki("a.pem"));
  std::filesystem::remove(in_pki("a.key"));

  EXPECT_TRUE(renew(Role::agent, "a"));
  EXPECT_TRUE(identity(text("a.pem")));
}

TEST_F(PkiRenewal, RefusesANameThatWasNeverIssued) {
  expect_error(renew(Role::operator_, "maria"), Code::not_found, "'maria' was never issued");
}

TEST_F(PkiRenewal, KeepsTheRoleUntilTheNameIsRevoked) {
  ASSERT_TRUE(issue(Role::observer, "maria"));
  const std::string before = text("maria.pem");
  expect_error(renew(Role::operator_, "maria"), Code::conflict,
               "issued as observer, not as operator");
  EXPECT_EQ(text("maria.pem"), before);

  ASSERT_TRUE(pki::revoke(pki_folder(), "maria", kNow));
  ASSERT_TRUE(renew(Role::operator_, "maria"));
  const Result<Identity> identity = PkiTest::identity(text("maria.pem"));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->role, Role::operator_);
}

TEST_F(PkiRenewal, KeepsTheAddressesUnlessOthersAreGiven) {
  const auto made_with = [&](std::vector<std::string> addresses, bool is_renewal) {
    return pki::issue(pki_folder(), {.role = Role::controller,
                                     .name = "staging",
                                     .addresses = std::move(addresses),
                                     .is_renewal = is_renewal,
                                     .now = kNow});
  };
  const auto is_called = [&](const char* address) {
    return X509_check_ip_asc(certificate_in(text("staging.pem")).get(), address, 0) == 1;
  };
  ASSERT_TRUE(made_with({"10.0.0.7", "10.0.0.8"}, false));
  ASSERT_TRUE(made_with({}, true));
  EXPECT_TRUE(is_called("10.0.0.7") && is_called("10.0.0.8"));
  ASSERT_TRUE(made_with({"10.0.0.9"}, true));
  EXPECT_TRUE(is_called("10.0.0.9") && !is_called("10.0.0.7"));
}

TEST_F(PkiRenewal, LeavesAloneWhatIsNoPlainFile) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  std::filesystem::remove(in_pki("a.pem"));
  std::filesystem::create_symlink("/etc/passwd", in_pki("a.pem"));

  expect_error(renew(Role::agent, "a"), Code::conflict, "is no plain file");

  EXPECT_TRUE(std::filesystem::is_symlink(in_pki("a.pem")));
}

TEST_F(PkiRevoke, TakesBackEverythingUnderTheName) {
  ASSERT_TRUE(issue(Role::operator_, "maria"));
  ASSERT_TRUE(issue(Role::observer, "joe"));
  const std::string first = text("maria.pem");
  ASSERT_TRUE(renew(Role::operator_, "maria"));

  const Result<pki::Revoked> revoked = pki::revoke(pki_folder(), "maria", kNow);

  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_EQ(revoked->certificates, 2U);
  EXPECT_EQ(revoked->list, in_pki("revoked.pem"));
  expect_error(identity(first), Code::denied, "'CN=maria' was revoked");
  expect_error(identity(text("maria.pem")), Code::denied, "'CN=maria' was revoked");
  EXPECT_TRUE(identity(text("joe.pem")));
}

TEST_F(PkiRevoke, AddsToTheList) {
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(issue(Role::agent, name));
    ASSERT_TRUE(pki::revoke(pki_folder(), name, kNow));
  }
  for (const char* name : {"a.pem", "b.pem", "c.pem"}) {
    expect_error(identity(text(name)), Code::denied, "was revoked");
  }
}

TEST_F(PkiRevoke, RefusesTheSecondTimeUntilThereIsSomethingNew) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  ASSERT_TRUE(pki::revoke(pki_folder(), "a", kNow));
  const std::string list = text("revoked.pem");
  expect_error(pki::revoke(pki_folder(), "a", kNow), Code::conflict, "'a' is revoked already");
  EXPECT_EQ(text("revoked.pem"), list);

  ASSERT_TRUE(renew(Role::agent, "a"));
  EXPECT_TRUE(identity(text("a.pem")));
  const Result<pki::Revoked> again = pki::revoke(pki_folder(), "a", kNow);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->certificates, 1U);
  expect_error(identity(text("a.pem")), Code::denied, "was revoked");
}

TEST_F(PkiRevoke, SaysWhatWasMeantByANameThatWasNeverIssued) {
  ASSERT_TRUE(issue(Role::operator_, "maria"));

  const Result<pki::Revoked> revoked = pki::revoke(pki_folder(), "mario", kNow);

  expect_error(revoked, Code::not_found, "'mario' was never issued");
  EXPECT_THAT(revoked.error().hint, HasSubstr("'maria'"));
}

}  // namespace
}  // namespace chokepoint::controller
