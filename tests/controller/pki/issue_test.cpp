#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "controller/pki/files.h"
#include "scenarios/services/certificate.h"
#include "tests/controller/pki/issued.h"

namespace chokepoint::controller {
namespace {

using cli::testing::write_text;
using testing::certificate_in;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::kDay;
using testing::kNow;
using testing::mode_of;
using ::testing::Not;

class PkiIssue : public testing::PkiTest {
 protected:
  PkiIssue() { make_authority(); }

  Result<pki::Made> issue_controller(const std::vector<std::string>& addresses) const {
    return pki::issue(
        pki_folder(),
        {.role = Role::controller, .name = "staging", .addresses = addresses, .now = kNow});
  }
};

TEST_F(PkiIssue, MakesWhatAControllerBelieves) {
  for (const Role role : {Role::operator_, Role::observer, Role::agent}) {
    const std::string name = "my-" + std::string(name_of(role));
    const Result<pki::Made> made = issue(role, name);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_THAT(made->files, ::testing::ElementsAre(in_pki(name + ".pem"), in_pki(name + ".key")));

    const Result<Identity> identity = PkiTest::identity(text(name + ".pem"));

    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->role, role);
    EXPECT_EQ(identity->name, name);
    EXPECT_EQ(identity->expires_at, kNow + pki::kLeafDays * kDay);
    EXPECT_EQ(made->valid_until, identity->expires_at);
  }
}

TEST_F(PkiIssue, MakesWhatAgentsAccept) {
  const double now = static_cast<double>(::time(nullptr));
  ASSERT_TRUE(issue(Role::agent, "zone-1-host-2", now));

  const Status own =
      check_certificate(text("zone-1-host-2.pem"), text("zone-1-host-2.key"), "zone-1-host-2.pem");
  EXPECT_TRUE(own) << own.error().message;
  const Status other =
      check_certificate(text("zone-1-host-2.pem"), text("ca.key"), "zone-1-host-2.pem");
  EXPECT_FALSE(other) << "the key is looked at";
}

TEST_F(PkiIssue, LetsNobodyElseReadTheKey) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(issue(Role::operator_, "maria"));
  ::umask(before);

  EXPECT_EQ(mode_of(in_pki("maria.key")), 0600U);
}

TEST_F(PkiIssue, CallsControllersByEveryAddress) {
  const Result<pki::Made> made =
      issue_controller({"controller.example", "10.0.0.7", "fd00::7", "staging"});
  ASSERT_TRUE(made) << made.error().message;

  const auto certificate = certificate_in(text("staging.pem"));
  X509* raw = certificate.get();
  EXPECT_EQ(X509_check_host(raw, "controller.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(raw, "staging", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(raw, "10.0.0.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(raw, "fd00::7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(raw, "10.0.0.8", 0), 0);
  const Result<Identity> identity = PkiTest::identity(text("staging.pem"));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->role, Role::controller);
}

TEST_F(PkiIssue, LetsOnlyControllersBeServers) {
  ASSERT_TRUE(issue_controller({"10.0.0.7"}));
  ASSERT_TRUE(issue(Role::agent, "a"));
  const auto is_server = [&](const std::string& file) {
    return X509_check_purpose(certificate_in(text(file)).get(), X509_PURPOSE_SSL_SERVER, 0);
  };

  EXPECT_EQ(is_server("staging.pem"), 1);
  EXPECT_EQ(is_server("a.pem"), 0);
}

TEST_F(PkiIssue, WantsAddressesOfControllersAndOfNobodyElse) {
  expect_error(issue_controller({}), Code::invalid_input, "needs the addresses");
  expect_error(
      pki::issue(pki_folder(),
                 {.role = Role::agent, .name = "a", .addresses = {"10.0.0.7"}, .now = kNow}),
      Code::invalid_input, "only a controller is called at an address");
}

TEST_F(PkiIssue, RefusesAddressesThatAreNone) {
  for (const char* address : {"", "10.0.0.300", "10.0.0.7/24", "a b", "a,b", "*.example", "-a",
                              "a..b", "a.", "fd00::7::1", "DNS:x"}) {
    expect_error(issue_controller({"controller.example", address}), Code::invalid_input,
                 "neither an IP address nor the name of a host");
  }
  expect_error(issue_controller({"controller.example:7443"}), Code::invalid_input,
               "leave the port away");
  EXPECT_EQ(text("issued.txt").find("staging"), std::string::npos);
}

TEST_F(PkiIssue, RefusesBadNames) {
  for (const char* name : {"", "Maria", "a/b", "../a", ".a", "-a", "a b", "a\n"}) {
    expect_error(issue(Role::agent, name), Code::invalid_input, "is not a name");
  }
  expect_error(issue(Role::agent, std::string(65, 'a')), Code::invalid_input, "too long");
  for (const char* name : {"ca", "revoked"}) {
    expect_error(issue(Role::agent, name), Code::invalid_input, "a file of the certificate");
    expect_error(renew(Role::agent, name), Code::invalid_input, "a file of the certificate");
  }
}

TEST_F(PkiIssue, TakesTheLongestName) {
  EXPECT_TRUE(issue(Role::agent, std::string(kLongestName, 'a')));
  EXPECT_TRUE(identity(text(std::string(kLongestName, 'a') + ".pem")));
}

TEST_F(PkiIssue, RefusesToOverwriteAKey) {
  write_text(in_pki("maria.key"), "precious");

  expect_error(issue(Role::operator_, "maria"), Code::conflict, "maria.key' exists already");

  EXPECT_EQ(text("maria.key"), "precious");
  EXPECT_THAT(files(), Not(::testing::Contains("maria.pem")));
}

TEST_F(PkiIssue, IssuesANameOnceEvenIfItsFilesWereMovedAway) {
  ASSERT_TRUE(issue(Role::operator_, "maria"));
  const std::string before = text("maria.pem");
  expect_error(issue(Role::operator_, "maria"), Code::conflict, "'maria' was issued already");
  EXPECT_EQ(text("maria.pem"), before);

  std::filesystem::remove(in_pki("maria.pem"));
  std::filesystem::remove(in_pki("maria.key"));
  expect_error(issue(Role::operator_, "maria"), Code::conflict, "'maria' was issued already");
}

TEST_F(PkiIssue, GivesEachItsOwnSerialNumber) {
  std::set<std::string> serials;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "a" + std::to_string(i);
    ASSERT_TRUE(issue(Role::agent, name));
    const auto certificate = certificate_in(text(name + ".pem"));
    const std::string serial = serial_text(X509_get0_serialNumber(certificate.get()));
    EXPECT_EQ(serial.size(), 32U);
    EXPECT_THAT(text("issued.txt"),
                HasSubstr(serial + " agent " + name + " 2028-01-15T08:00:00Z -"));
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 20U);
}

TEST_F(PkiIssue, IsValidForClocksThatAreLate) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  EXPECT_TRUE(identity(text("a.pem"), kNow - 299));
  expect_error(identity(text("a.pem"), kNow - 301), Code::denied, "not valid before");
}

TEST_F(PkiIssue, EndsWithItsAuthority) {
  const double late = kNow + (pki::kAuthorityDays - 10) * kDay;
  const Result<pki::Made> made = issue(Role::agent, "a", late);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->valid_until, kNow + pki::kAuthorityDays * kDay);

  const auto for_days = [&](int days) {
    return pki::issue(pki_folder(), {.role = Role::agent, .name = "b", .days = days, .now = late});
  };
  const Result<pki::Made> longer = for_days(11);
  expect_error(longer, Code::invalid_input, "ends before 11 days are over");
  EXPECT_THAT(longer.error().hint, HasSubstr("10 at most"));
  expect_error(for_days(-1), Code::invalid_input, "from 1 to");
  EXPECT_TRUE(for_days(10));
  expect_error(issue(Role::agent, "c", kNow + pki::kAuthorityDays * kDay + 1), Code::denied,
               "the certificate authority ended on");
}

TEST_F(PkiIssue, WaitsForItsTurn) {
  Result<pki::FolderLock> held = pki::FolderLock::take(pki_folder());
  ASSERT_TRUE(held);
  Result<pki::Made> made = Error{};
  std::thread other([&] { made = issue(Role::agent, "a"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(text("issued.txt").find(" a "), std::string::npos);
  { const pki::FolderLock given_up = *std::move(held); }
  other.join();

  EXPECT_TRUE(made) << made.error().message;
}

TEST_F(PkiIssue, LosesNothingWhenManyAreAtIt) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 5; ++j) {
        const std::string name = "a" + std::to_string(i) + "-" + std::to_string(j);
        const Result<pki::Made> made = issue(Role::agent, name);
        EXPECT_TRUE(made) << made.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const std::string index = text("issued.txt");
  EXPECT_EQ(std::count(index.begin(), index.end(), '\n'), 21);
}

}  // namespace
}  // namespace chokepoint::controller
