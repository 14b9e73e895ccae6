#pragma once
// Looking at what a certificate authority's folder holds.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "controller/identity/verifier.h"
#include "controller/identity/x509.h"
#include "controller/pki/pki.h"
#include "tests/cli/temporary_folder.h"

namespace chokepoint::controller::testing {

inline constexpr double kNow = 1'800'000'000;  // 2027-01-15T08:00:00Z
inline constexpr double kDay = 86400;

class PkiTest : public ::testing::Test {
 protected:
  std::filesystem::path pki_folder() const { return folder_ / "pki"; }
  std::filesystem::path in_pki(const std::string& file) const { return pki_folder() / file; }

  void make_authority() const {
    const Result<pki::Made> made = pki::init(pki_folder(), {.now = kNow});
    ASSERT_TRUE(made) << made.error().message;
  }
  Result<pki::Made> issue(Role role, const std::string& name, double now = kNow) const {
    return pki::issue(pki_folder(), {.role = role, .name = name, .now = now});
  }
  Result<pki::Made> renew(Role role, const std::string& name) const {
    return pki::issue(pki_folder(), {.role = role, .name = name, .is_renewal = true, .now = kNow});
  }
  std::string text(const std::string& file) const { return cli::testing::content_of(in_pki(file)); }
  std::vector<std::string> files() const { return cli::testing::names_in(pki_folder()); }

  // What the controller makes of a certificate, with the list as it stands.
  Result<Identity> identity(const std::string& certificate, double now = kNow) const {
    const auto verifier = Verifier::open(in_pki("ca.pem"), in_pki("revoked.pem"));
    EXPECT_TRUE(verifier) << verifier.error().message;
    return (*verifier)->identify(certificate, now);
  }

  cli::testing::TemporaryFolder folder_;
};

inline mode_t mode_of(const std::filesystem::path& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

inline Owned<X509> certificate_in(const std::string& text) {
  auto certificates = certificates_in(text);
  EXPECT_TRUE(certificates) << certificates.error().message;
  return std::move(certificates->front());
}

template <class T>
void expect_error(const Result<T>& result, Code code, const std::string& says) {
  ASSERT_FALSE(result) << "no error: " << says;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_NE(result.error().message.find(says), std::string::npos) << result.error().message;
}

// While this lives no file can grow beyond so many bytes, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

}  // namespace chokepoint::controller::testing
