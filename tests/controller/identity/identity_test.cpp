#include "controller/identity/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;

void expect_refused(const std::vector<std::string>& uris, const std::string& says) {
  const Result<Claim> claim = claim_of(uris);
  ASSERT_FALSE(claim) << claim->name;
  EXPECT_EQ(claim.error().code, Code::denied);
  EXPECT_THAT(claim.error().message, HasSubstr(says));
  EXPECT_THAT(claim.error().hint, HasSubstr("spiffe://TRUST-DOMAIN/chokepoint/ROLE/NAME"));
}

TEST(Identity, ReadsWhatItWrites) {
  for (const std::string& role : names_of_roles()) {
    const Result<Claim> claim = claim_of({uri_of(*role_of(role), "zone-1-host-2")});

    ASSERT_TRUE(claim) << claim.error().message;
    EXPECT_EQ(name_of(claim->role), role);
    EXPECT_EQ(claim->name, "zone-1-host-2");
  }
}

TEST(Identity, TakesAnyTrustDomainAndPassesOverOtherUris) {
  const Result<Claim> claim = claim_of(
      {"spiffe://prod.example/ns/web", "https://example.com/chokepoint/operator/eve",
       "spiffe:///chokepoint/operator/eve", "spiffe://prod.example/chokepoint/observer/maria"});

  ASSERT_TRUE(claim) << claim.error().message;
  EXPECT_EQ(claim->role, Role::observer);
  EXPECT_EQ(claim->name, "maria");
}

TEST(Identity, RefusesACertificateWithoutARole) {
  expect_refused({}, "carries no role");
  expect_refused({"spiffe://prod.example/ns/web"}, "carries no role");
  expect_refused({"spiffe://prod.example"}, "carries no role");
}

TEST(Identity, RefusesSeveralRoles) {
  expect_refused({uri_of(Role::observer, "maria"), uri_of(Role::operator_, "maria")},
                 "several roles");
}

TEST(Identity, RefusesARoleThatDoesNotExist) {
  expect_refused({"spiffe://x/chokepoint/admin/maria"}, "'admin'");
  expect_refused({"spiffe://x/chokepoint/"}, "''");
  expect_refused({"spiffe://x/chokepoint/Operator/maria"}, "'Operator'");
}

TEST(Identity, RefusesBadNames) {
  expect_refused({"spiffe://x/chokepoint/agent"}, "bad name");
  expect_refused({"spiffe://x/chokepoint/agent/"}, "bad name");
  expect_refused({"spiffe://x/chokepoint/agent/Maria"}, "bad name: 'Maria'");
  expect_refused({"spiffe://x/chokepoint/agent/maria/else"}, "bad name");
  expect_refused({"spiffe://x/chokepoint/agent/-maria"}, "bad name");
  expect_refused({"spiffe://x/chokepoint/agent/" + std::string(kLongestName + 1, 'a')}, "too long");
}

TEST(Identity, IsNotFooledByWhatStandsBehindAZeroByte) {
  expect_refused({std::string("spiffe://x/chokepoint/agent/maria\0", 34)}, "bad name: 'maria?'");
}

TEST(Identity, ShowsNothingThatWouldSpoilALog) {
  expect_refused({"spiffe://x/chokepoint/ro\nle\x1b[2J/maria"}, "'ro?le?[2J'");
  EXPECT_LT(harmless(std::string(100000, 'a')).size(), 200U);
}

TEST(Identity, TakesTheLongestName) {
  EXPECT_EQ(wrong_with_name(std::string(kLongestName, 'a')), "");
}

}  // namespace
}  // namespace chokepoint::controller
