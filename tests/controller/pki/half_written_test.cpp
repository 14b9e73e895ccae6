// Folders as a program that was killed, a full disk or a careless hand leaves them.

#include <gmock/gmock.h>

#include "controller/pki/certificates.h"
#include "tests/controller/pki/issued.h"

namespace chokepoint::controller {
namespace {

using cli::testing::write_text;
using testing::certificate_in;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::expect_error;
using testing::FullDisk;
using testing::kNow;
using ::testing::Not;

class PkiHalfWritten : public testing::PkiTest {
 protected:
  PkiHalfWritten() { make_authority(); }

  void move(const std::string& from, const std::string& to) const {
    std::filesystem::rename(in_pki(from), in_pki(to));
  }
  void expect_usable(const std::string& name) const {
    const Result<Identity> identity = PkiTest::identity(text(name + ".pem"));
    EXPECT_TRUE(identity) << identity.error().message;
    const auto key = pki::key_in(text(name + ".key"));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(X509_check_private_key(certificate_in(text(name + ".pem")).get(), key->get()), 1);
    EXPECT_EQ(files().size(), 4U + 2 * 2U) << "nothing is left over";
  }
};

TEST_F(PkiHalfWritten, APairThatIsInTheIndexIsFinished) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  const std::string certificate = text("a.pem");
  move("a.pem", ".a.pem.new");
  move("a.key", ".a.key.new");

  ASSERT_TRUE(issue(Role::agent, "b"));

  EXPECT_EQ(text("a.pem"), certificate);
  expect_usable("a");
}

TEST_F(PkiHalfWritten, ACertificateWhoseKeyHasItsNameIsFinished) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  const std::string old = text("a.pem");
  ASSERT_TRUE(renew(Role::agent, "a"));
  const std::string certificate = text("a.pem");
  move("a.pem", ".a.pem.new");
  write_text(in_pki("a.pem"), old);

  ASSERT_TRUE(issue(Role::agent, "b"));

  EXPECT_EQ(text("a.pem"), certificate);
  expect_usable("a");
}

TEST_F(PkiHalfWritten, APairThatIsNotInTheIndexIsDropped) {
  const std::string index = text("issued.txt");
  ASSERT_TRUE(issue(Role::agent, "a"));
  move("a.pem", ".a.pem.new");
  move("a.key", ".a.key.new");
  write_text(in_pki("issued.txt"), index);
  write_text(in_pki(".b.key.new"), "half a k");
  write_text(in_pki(".issued.txt.new"), "# ser");
  write_text(in_pki(".revoked.pem.new"), "-----BE");

  ASSERT_TRUE(issue(Role::agent, "c"));

  EXPECT_THAT(files(),
              ElementsAre("c.key", "c.pem", "ca.key", "ca.pem", "issued.txt", "revoked.pem"));
  EXPECT_TRUE(issue(Role::agent, "a"));
}

TEST_F(PkiHalfWritten, AFullDiskLeavesNothingOfAPair) {
  {
    const FullDisk full(300);  // there is room for the key only
    expect_error(issue(Role::agent, "a"), Code::unavailable, "cannot write");
  }
  EXPECT_THAT(files(), ElementsAre("ca.key", "ca.pem", "issued.txt", "revoked.pem"));
  EXPECT_TRUE(issue(Role::agent, "a"));
}

TEST_F(PkiHalfWritten, AFullDiskLeavesTheIndexAsItWas) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(issue(Role::agent, "a" + std::to_string(i)));
  const std::string index = text("issued.txt");
  const std::vector<std::string> before = files();
  {
    const FullDisk full(index.size());
    expect_error(issue(Role::agent, "late"), Code::unavailable, "issued.txt");
  }
  EXPECT_EQ(text("issued.txt"), index);
  EXPECT_EQ(files(), before);
  EXPECT_TRUE(issue(Role::agent, "late"));
}

TEST_F(PkiHalfWritten, AFullDiskLeavesTheListAsItWas) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  const std::string list = text("revoked.pem");
  {
    const FullDisk full(100);
    expect_error(pki::revoke(pki_folder(), "a", kNow), Code::unavailable, "revoked.pem");
  }
  EXPECT_EQ(text("revoked.pem"), list);
  EXPECT_TRUE(identity(text("a.pem")));
  EXPECT_TRUE(pki::revoke(pki_folder(), "a", kNow));
}

TEST_F(PkiHalfWritten, AFolderWithoutAnAuthorityIsNone) {
  expect_error(pki::revoke(folder_ / "none", "a", kNow), Code::not_found,
               "there is no certificate authority in");
  std::filesystem::create_directory(folder_ / "none");
  expect_error(pki::issue(folder_ / "none", {.name = "a", .now = kNow}), Code::not_found,
               "there is no certificate authority in");
}

TEST_F(PkiHalfWritten, NothingIsIssuedFromADamagedFolder) {
  ASSERT_TRUE(issue(Role::agent, "a"));
  ASSERT_TRUE(pki::init(folder_ / "other", {.now = kNow}));
  const auto of_other = [&](const std::string& file) {
    return cli::testing::content_of(folder_ / "other" / file);
  };
  const std::string index = text("issued.txt");
  const struct {
    std::string file;
    std::string contents;
    std::string says;
  } damages[] = {
      {"ca.key", of_other("ca.key"), "ca.key' is not the key to ca.pem"},
      {"ca.key", "hello", "holds no private key"},
      {"ca.pem", "hello", "holds no certificate"},
      {"revoked.pem", of_other("revoked.pem"), "is not the list of ca.pem"},
      {"revoked.pem", "", "holds no list of revoked certificates"},
      {"issued.txt", "", "is damaged"},
      {"issued.txt", index.substr(0, index.size() - 3), "is damaged"},
      {"issued.txt", index + "ABC agent b\n", "line 3 is damaged"},
      {"issued.txt", index + "ABC admin b 2028-01-15T08:00:00Z -\n", "line 3 is damaged"},
  };
  for (const auto& damage : damages) {
    const std::string before = text(damage.file);
    write_text(in_pki(damage.file), damage.contents);
    expect_error(issue(Role::agent, "b"), Code::invalid_input, damage.says);
    expect_error(pki::revoke(pki_folder(), "a", kNow), Code::invalid_input, damage.says);
    EXPECT_EQ(text(damage.file), damage.contents);
    write_text(in_pki(damage.file), before);
  }
  EXPECT_THAT(files(), Not(Contains("b.pem")));
  std::filesystem::remove(in_pki("revoked.pem"));
  expect_error(issue(Role::agent, "b"), Code::invalid_input, "revoked.pem' is missing");
}

}  // namespace
}  // namespace chokepoint::controller
