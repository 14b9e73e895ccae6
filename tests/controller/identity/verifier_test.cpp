#include "controller/identity/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/cli/temporary_folder.h"
#include "tests/controller/identity/certificates.h"

namespace chokepoint::controller {
namespace {

using cli::testing::TemporaryFolder;
using cli::testing::write_text;
using testing::authority;
using testing::change;
using ::testing::HasSubstr;
using testing::kDay;
using testing::kNow;
using testing::leaf;
using testing::pem;
using testing::revocation_list;
using testing::serial;

// Replaces the file in one step, as everybody should.
void put(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path aside = path.string() + ".aside";
  write_text(aside, text);
  std::filesystem::rename(aside, path);
}

class VerifierTest : public ::testing::Test {
 protected:
  std::string authority_file() const { return folder_ / "ca.pem"; }
  std::string list_file() const { return folder_ / "revoked.pem"; }

  // Believes `ca_`.
  std::unique_ptr<Verifier> verifier() const {
    write_text(authority_file(), pem(ca_));
    return opened(authority_file(), "");
  }
  // And keeps a list of what was revoked.
  std::unique_ptr<Verifier> verifier_with_list(const std::vector<std::string>& serials = {}) const {
    write_text(authority_file(), pem(ca_));
    put_list(serials);
    return opened(authority_file(), list_file());
  }
  void put_list(const std::vector<std::string>& serials) const {
    put(list_file(), pki::pem_of(*revocation_list(ca_, serials)));
  }
  static std::unique_ptr<Verifier> opened(const std::string& authorities, const std::string& list) {
    Result<std::unique_ptr<Verifier>> verifier = Verifier::open(authorities, list);
    EXPECT_TRUE(verifier) << verifier.error().message;
    return *std::move(verifier);
  }

  TemporaryFolder folder_;
  pki::Pair ca_ = authority();
};

void expect_believed(const Verifier& verifier, const std::string& shown, double now = kNow) {
  const Result<Identity> identity = verifier.identify(shown, now);
  EXPECT_TRUE(identity) << identity.error().message;
}

void expect_refused(const Verifier& verifier, const std::string& shown, const std::string& says,
                    double now = kNow, Code code = Code::denied) {
  const Result<Identity> identity = verifier.identify(shown, now);
  ASSERT_FALSE(identity) << identity->name;
  EXPECT_EQ(identity.error().code, code);
  EXPECT_THAT(identity.error().message, HasSubstr(says));
  EXPECT_NE(identity.error().hint, "");
  EXPECT_EQ(ERR_peek_error(), 0U) << "others on this thread would take it for theirs";
}

void expect_nobody_is_believed(const Verifier& verifier, const std::string& shown,
                               const std::string& says) {
  expect_refused(verifier, shown, says, kNow, Code::unavailable);
}

TEST_F(VerifierTest, SaysWhoIsBehindACertificate) {
  const auto verifier = VerifierTest::verifier();

  const Result<Identity> identity =
      verifier->identify(pem(leaf(ca_, Role::operator_, "maria")), kNow);

  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->role, Role::operator_);
  EXPECT_EQ(identity->name, "maria");
  EXPECT_EQ(identity->expires_at, kNow + 90 * kDay);
}

TEST_F(VerifierTest, RefusesWhoShowsNothing) {
  expect_refused(*verifier(), "", "no certificate was shown");
}

TEST_F(VerifierTest, RefusesWhatIsNoCertificate) {
  expect_refused(*verifier(), "hello", "what was shown holds no certificate in PEM");
  std::string damaged = pem(leaf(ca_));
  damaged[damaged.size() / 2] ^= 1;
  damaged.erase(damaged.size() / 2, 8);
  expect_refused(*verifier(), damaged, "damaged certificate");
}

TEST_F(VerifierTest, RefusesTooMuch) {
  std::string many;
  for (int i = 0; i < 11; ++i) many += pem(ca_);
  expect_refused(*verifier(), many, "too many certificates");
}

TEST_F(VerifierTest, RefusesAnAuthorityThatItDoesNotBelieve) {
  const pki::Pair other = authority();
  expect_refused(*verifier(), pem(leaf(other, Role::operator_, "eve")),
                 "the certificate of 'CN=eve' is of an authority that we do not believe");
  expect_refused(*verifier(), pem(leaf(other, Role::operator_, "eve")) + pem(other),
                 "is of an authority that we do not believe");
}

TEST_F(VerifierTest, RefusesWhatSaysToBeOfOurAuthority) {
  const pki::Pair other = authority();
  pki::Pair forged = leaf(ca_, Role::operator_, "eve");
  change(forged, other, {});  // signed by another key than the issuer's
  expect_refused(*verifier(), pem(forged), "is of an authority that we do not believe");
}

TEST_F(VerifierTest, RefusesWhatSomebodySignedWhoIsNoAuthority) {
  const pki::Pair agent = leaf(ca_);
  expect_refused(*verifier(), pem(leaf(agent, Role::operator_, "eve")) + pem(agent),
                 "is of an authority that we do not believe");
}

TEST_F(VerifierTest, RefusesWhatHasExpired) {
  const auto verifier = VerifierTest::verifier();
  const std::string shown = pem(leaf(ca_));

  expect_believed(*verifier, shown, kNow + 90 * kDay - 1);
  expect_refused(*verifier, shown,
                 "the certificate of 'CN=zone-1-host-2' expired on 2027-04-15T08:00:00Z",
                 kNow + 90 * kDay + 1);
}

TEST_F(VerifierTest, RefusesWhatIsNotValidYet) {
  const auto verifier = VerifierTest::verifier();
  const std::string shown = pem(leaf(ca_));

  expect_believed(*verifier, shown, kNow - kDay + 1);
  expect_refused(*verifier, shown,
                 "the certificate of 'CN=zone-1-host-2' is not valid before 2027-01-14T08:00:00Z",
                 kNow - kDay - 1);
}

TEST_F(VerifierTest, SaysWhenItIsTheAuthorityThatHasExpired) {
  pki::Pair longer = leaf(ca_);
  ASSERT_NE(ASN1_TIME_set(X509_getm_notAfter(longer.certificate.get()),
                          static_cast<time_t>(kNow + 500 * kDay)),
            nullptr);
  change(longer, ca_, {});
  const auto verifier = VerifierTest::verifier();

  const Result<Identity> before = verifier->identify(pem(longer), kNow);
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_EQ(before->expires_at, kNow + 365 * kDay);
  expect_refused(*verifier, pem(longer), "the certificate authority 'CN=chokepoint certificate",
                 kNow + 366 * kDay);
}

TEST_F(VerifierTest, RefusesWhatIsNotForClients) {
  pki::Pair server = leaf(ca_);
  change(server, ca_, {{NID_ext_key_usage, "serverAuth"}});
  expect_refused(*verifier(), pem(server), "is not for clients");

  pki::Pair whatever = leaf(ca_);
  change(whatever, ca_, {{NID_ext_key_usage, ""}});
  expect_believed(*verifier(), pem(whatever));
}

TEST_F(VerifierTest, RefusesWeakKeys) {
  pki::Pair weak = leaf(ca_);
  weak.key.reset(EVP_RSA_gen(1024));
  ASSERT_EQ(X509_set_pubkey(weak.certificate.get(), weak.key.get()), 1);
  change(weak, ca_, {});
  expect_refused(*verifier(), pem(weak), "is too weak");
}

TEST_F(VerifierTest, RefusesWhoHasNoRoleOrSeveral) {
  pki::Pair nobody = leaf(ca_);
  change(nobody, ca_, {{NID_subject_alt_name, "DNS:maria.example"}});
  expect_refused(*verifier(), pem(nobody), "carries no role");
  change(nobody, ca_, {{NID_subject_alt_name, ""}});
  expect_refused(*verifier(), pem(nobody), "carries no role");

  pki::Pair both = leaf(ca_);
  change(both, ca_,
         {{NID_subject_alt_name,
           "URI:spiffe://a/chokepoint/agent/maria,URI:spiffe://a/chokepoint/operator/maria"}});
  expect_refused(*verifier(), pem(both), "carries several roles");

  pki::Pair bad = leaf(ca_);
  change(bad, ca_, {{NID_subject_alt_name, "URI:spiffe://a/chokepoint/agent/Maria"}});
  expect_refused(*verifier(), pem(bad), "bad name: 'Maria'");
}

TEST_F(VerifierTest, TakesCertificatesOfOthersWithTheirOwnTrustDomain) {
  pki::Pair theirs = leaf(ca_);
  change(theirs, ca_,
         {{NID_subject_alt_name,
           "DNS:maria.example,URI:spiffe://prod.example/chokepoint/observer/maria"}});

  const Result<Identity> identity = verifier()->identify(pem(theirs), kNow);

  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->role, Role::observer);
  EXPECT_EQ(identity->name, "maria");
}

TEST_F(VerifierTest, BelievesEveryAuthorityOfTheFile) {
  const pki::Pair next = authority();
  write_text(authority_file(), pem(ca_) + "in between\n" + pem(next));
  const auto verifier = opened(authority_file(), "");

  expect_believed(*verifier, pem(leaf(ca_)));
  expect_believed(*verifier, pem(leaf(next)));
}

TEST_F(VerifierTest, FollowsAChainToAnAuthority) {
  change(ca_, ca_, {{NID_basic_constraints, "critical,CA:TRUE"}});
  pki::Pair between = leaf(ca_);
  change(between, ca_,
         {{NID_basic_constraints, "critical,CA:TRUE"},
          {NID_key_usage, "critical,keyCertSign,cRLSign"},
          {NID_ext_key_usage, ""}});
  const std::string caller = pem(leaf(between, Role::agent, "zone-2-host-1"));
  const auto verifier = VerifierTest::verifier();

  expect_believed(*verifier, caller + pem(between));
  expect_believed(*verifier, caller + caller + pem(ca_) + pem(between));
  expect_refused(*verifier, caller, "is of an authority that we do not believe");

  // Nobody but those below the one in between.
  write_text(folder_ / "between.pem", pem(between));
  const auto narrow = opened(folder_ / "between.pem", "");
  expect_believed(*narrow, caller);
  expect_refused(*narrow, pem(leaf(ca_)), "is of an authority that we do not believe");

  // With the list of the one in between.
  const pki::Pair lost = leaf(between);
  put(list_file(), pki::pem_of(*revocation_list(between, {serial(lost)})));
  const auto careful = opened(folder_ / "between.pem", list_file());
  expect_believed(*careful, caller);
  expect_refused(*careful, pem(lost), "was revoked");
}

TEST_F(VerifierTest, RefusesWhatWasRevoked) {
  const pki::Pair lost = leaf(ca_, Role::operator_, "maria");
  const auto verifier = verifier_with_list({serial(lost)});

  expect_refused(*verifier, pem(lost), "the certificate of 'CN=maria' was revoked");
  expect_believed(*verifier, pem(leaf(ca_)));
}

TEST_F(VerifierTest, ReadsTheListAgainWhenItChanges) {
  const pki::Pair lost = leaf(ca_);
  const auto verifier = verifier_with_list();
  expect_believed(*verifier, pem(lost));

  put_list({serial(lost)});
  expect_refused(*verifier, pem(lost), "was revoked");

  put_list({});
  expect_believed(*verifier, pem(lost));
}

TEST_F(VerifierTest, SeesAListOfTheSameSizeWrittenInPlace) {
  const pki::Pair one = leaf(ca_);
  const pki::Pair other = leaf(ca_);
  const auto padded = [&](const pki::Pair& pair) {
    std::string text = pki::pem_of(*revocation_list(ca_, {serial(pair)}));
    text.resize(1000, '\n');  // signatures differ in length
    return text;
  };
  const auto verifier = verifier_with_list();
  write_text(list_file(), padded(one));
  expect_refused(*verifier, pem(one), "was revoked");
  const auto before = std::filesystem::last_write_time(list_file());

  write_text(list_file(), padded(other));
  std::filesystem::last_write_time(list_file(), before + std::chrono::milliseconds(1));

  expect_refused(*verifier, pem(other), "was revoked");
  expect_believed(*verifier, pem(one));
}

TEST_F(VerifierTest, BelievesNobodyWithoutTheListThatIsKept) {
  const std::string shown = pem(leaf(ca_));
  const auto verifier = verifier_with_list();
  expect_believed(*verifier, shown);

  std::filesystem::remove(list_file());
  expect_nobody_is_believed(*verifier, shown, "revoked.pem' does not exist");
  expect_nobody_is_believed(*verifier, shown, "revoked.pem' does not exist");

  put_list({});
  expect_believed(*verifier, shown);
}

TEST_F(VerifierTest, BelievesNobodyWhileTheListIsNone) {
  const std::string shown = pem(leaf(ca_));
  const auto verifier = verifier_with_list();
  const std::string list = pki::pem_of(*revocation_list(ca_, {}));

  put(list_file(), "");
  expect_nobody_is_believed(*verifier, shown, "holds no list of revoked certificates");
  put(list_file(), pem(ca_));
  expect_nobody_is_believed(*verifier, shown, "holds no list of revoked certificates");
  put(list_file(), list.substr(0, list.size() / 2));
  expect_nobody_is_believed(*verifier, shown, "damaged list of revoked certificates");
  std::filesystem::remove(list_file());
  std::filesystem::create_directory(list_file());
  expect_nobody_is_believed(*verifier, shown, "is a folder");
}

TEST_F(VerifierTest, BelievesNobodyWhoseAuthorityIsInNoList) {
  const pki::Pair other = authority();
  const auto verifier = verifier_with_list();

  put(list_file(), pki::pem_of(*revocation_list(other, {})));
  expect_nobody_is_believed(*verifier, pem(leaf(ca_)), "says anything about the authority of");

  put(list_file(),
      pki::pem_of(*revocation_list(other, {})) + pki::pem_of(*revocation_list(ca_, {})));
  expect_believed(*verifier, pem(leaf(ca_)));
}

TEST_F(VerifierTest, DoesNotTakeAListThatSomebodyElseSigned) {
  const pki::Pair other = authority();
  const auto forged = revocation_list(ca_, {});
  ASSERT_GT(X509_CRL_sign(forged.get(), other.key.get(), EVP_sha256()), 0);
  const auto verifier = verifier_with_list();

  put(list_file(), pki::pem_of(*forged));

  expect_nobody_is_believed(*verifier, pem(leaf(ca_)), "cannot be used");
}

TEST_F(VerifierTest, HoldsToAListHoweverOldOrNewItIs) {
  const pki::Pair lost = leaf(ca_);
  const std::string shown = pem(leaf(ca_));
  const auto verifier = verifier_with_list();
  for (const double made : {kNow - 30 * kDay, kNow + 30 * kDay}) {
    const auto list = revocation_list(ca_, {serial(lost)}, made);
    const Owned<ASN1_TIME> next(ASN1_TIME_set(nullptr, static_cast<time_t>(made + kDay)));
    ASSERT_EQ(X509_CRL_set1_nextUpdate(list.get(), next.get()), 1);
    ASSERT_GT(X509_CRL_sign(list.get(), ca_.key.get(), EVP_sha256()), 0);
    put(list_file(), pki::pem_of(*list));

    expect_refused(*verifier, pem(lost), "was revoked");
    expect_believed(*verifier, shown);
  }
}

TEST_F(VerifierTest, AnswersManyThreadsWhileTheListChanges) {
  const pki::Pair lost = leaf(ca_);
  const std::string shown = pem(lost);
  const auto verifier = verifier_with_list();
  std::atomic<int> believed = 0;
  std::atomic<int> revoked = 0;
  std::atomic<int> neither = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 200; ++call) {
        const Result<Identity> identity = verifier->identify(shown, kNow);
        const bool is_revoked =
            !identity && identity.error().message.find("was revoked") != std::string::npos;
        ++(identity ? believed : is_revoked ? revoked : neither);
      }
    });
  }
  for (int change = 0; change < 50; ++change) {
    put_list(change % 2 == 0 ? std::vector{serial(lost)} : std::vector<std::string>{});
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(neither, 0);
  EXPECT_EQ(believed + revoked, 800);
}

void expect_not_opened(const std::string& authorities, const std::string& list, Code code,
                       const std::string& says) {
  const auto verifier = Verifier::open(authorities, list);
  ASSERT_FALSE(verifier);
  EXPECT_EQ(verifier.error().code, code);
  EXPECT_THAT(verifier.error().message, HasSubstr(says));
}

TEST_F(VerifierTest, OpensOnlyWithAuthorities) {
  expect_not_opened(folder_ / "none.pem", "", Code::not_found, "none.pem' does not exist");
  write_text(authority_file(), "hello");
  expect_not_opened(authority_file(), "", Code::invalid_input, "holds no certificate");
  write_text(authority_file(), pem(ca_) + pem(leaf(ca_)));
  expect_not_opened(authority_file(), "", Code::invalid_input,
                    "holds 'CN=zone-1-host-2', which is no authority");
  const std::string whole = pem(ca_);
  write_text(authority_file(), whole + whole.substr(0, whole.size() / 2));
  expect_not_opened(authority_file(), "", Code::invalid_input, "damaged certificate");
}

TEST_F(VerifierTest, OpensOnlyWithTheListThatIsKept) {
  write_text(authority_file(), pem(ca_));
  expect_not_opened(authority_file(), list_file(), Code::not_found, "revoked.pem");
  write_text(list_file(), "hello");
  expect_not_opened(authority_file(), list_file(), Code::invalid_input, "revoked.pem");
}

}  // namespace
}  // namespace chokepoint::controller
