#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/controller/pki/issued.h"

namespace chokepoint::controller {
namespace {

using cli::testing::names_in;
using cli::testing::write_text;
using testing::certificate_in;
using ::testing::ElementsAre;
using testing::expect_error;
using testing::FullDisk;
using ::testing::IsEmpty;
using testing::kDay;
using testing::kNow;
using testing::mode_of;

class PkiInit : public testing::PkiTest {};

TEST_F(PkiInit, MakesAnAuthorityAndAnEmptyList) {
  const Result<pki::Made> made = pki::init(pki_folder(), {.days = 10, .now = kNow});

  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(files(), ElementsAre("ca.key", "ca.pem", "issued.txt", "revoked.pem"));
  EXPECT_THAT(made->files, ElementsAre(in_pki("ca.pem"), in_pki("ca.key"), in_pki("revoked.pem"),
                                       in_pki("issued.txt")));
  EXPECT_EQ(made->valid_until, kNow + 10 * kDay);
  const auto certificate = certificate_in(text("ca.pem"));
  EXPECT_EQ(X509_check_ca(certificate.get()), 1);
  EXPECT_EQ(seconds_of(X509_get0_notAfter(certificate.get())), kNow + 10 * kDay);
  EXPECT_EQ(serial_text(X509_get0_serialNumber(certificate.get())).size(), 32U);
}

TEST_F(PkiInit, LetsNobodyElseReadTheKey) {
  const mode_t before = ::umask(0);
  make_authority();
  ::umask(before);

  EXPECT_EQ(mode_of(in_pki("ca.key")), 0600U);
  EXPECT_EQ(mode_of(pki_folder()), 0700U);
  EXPECT_EQ(mode_of(in_pki("ca.pem")), 0644U);
}

TEST_F(PkiInit, MakesAuthoritiesThatCanBeToldApart) {
  const auto subject_in = [&](const std::string& folder) {
    EXPECT_TRUE(pki::init(folder_ / folder, {.now = kNow}));
    const auto certificate = certificate_in(cli::testing::content_of(folder_ / folder / "ca.pem"));
    return name_text(X509_get_subject_name(certificate.get()));
  };
  EXPECT_NE(subject_in("one"), subject_in("other"));
}

TEST_F(PkiInit, RefusesASecondAuthority) {
  make_authority();
  const std::string before = text("ca.key");

  expect_error(pki::init(pki_folder(), {.now = kNow}), Code::conflict,
               "there is a certificate authority in");

  EXPECT_EQ(text("ca.key"), before);
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("pki"));
}

TEST_F(PkiInit, LeavesFilesOfOthersAlone) {
  std::filesystem::create_directory(pki_folder());
  write_text(in_pki("precious"), "x");
  expect_error(pki::init(pki_folder(), {.now = kNow}), Code::conflict, "exists already");
  EXPECT_THAT(files(), ElementsAre("precious"));

  std::filesystem::create_directory(folder_ / "empty");
  expect_error(pki::init(folder_ / "empty", {.now = kNow}), Code::conflict, "exists already");

  write_text(folder_ / "file", "x");
  expect_error(pki::init(folder_ / "file", {.now = kNow}), Code::conflict, "exists already");
  EXPECT_EQ(cli::testing::content_of(folder_ / "file"), "x");
}

TEST_F(PkiInit, TakesAFolderHoweverItIsWritten) {
  EXPECT_TRUE(pki::init(pki_folder().string() + "/", {.now = kNow}));
  EXPECT_TRUE(issue(Role::agent, "a"));
}

TEST_F(PkiInit, LeavesNothingOnADiskThatIsFull) {
  {
    const FullDisk full(300);  // there is room for the key only
    expect_error(pki::init(pki_folder(), {.now = kNow}), Code::unavailable, "cannot write");
  }
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

TEST_F(PkiInit, SaysWhereItCannotMakeAFolder) {
  expect_error(pki::init("/no/such/folder", {.now = kNow}), Code::not_found, "'/no/such/folder'");
}

TEST_F(PkiInit, RefusesTimesThatMakeNoSense) {
  for (const int days : {-1, 0, pki::kMostDays + 1}) {
    expect_error(pki::init(pki_folder(), {.days = days, .now = kNow}), Code::invalid_input,
                 "from 1 to 36500");
  }
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

}  // namespace
}  // namespace chokepoint::controller
