// A controller whose certificate is renewed while it runs.
#include <grpcpp/security/auth_context.h>

#include "tests/controller/api/served.h"

namespace chokepoint::controller::testing {
namespace {

class OwnCertificate : public Served {
 protected:
  // The certificate that who dials anew is shown; what went wrong instead.
  std::string shown() const { return shown_on(dial_as("maria")); }

  static std::string shown_on(const Channel& channel) {
    grpc::ClientContext context;
    bound(context);
    v1::ListReply response;
    const grpc::Status status =
        v1::GameDays::NewStub(channel)->List(&context, v1::ListRequest{}, &response);
    if (!status.ok()) return status.error_message();
    const auto found = context.auth_context()->FindPropertyValues("x509_pem_cert");
    return found.empty() ? "no certificate" : std::string(found[0].data(), found[0].size());
  }

  void renew() const {
    pki::IssueOptions options{.role = Role::controller, .name = "staging", .now = real_now()};
    options.is_renewal = true;
    const auto made = pki::issue(folder_ / "pki", options);
    ASSERT_TRUE(made) << made.error().message;
  }

  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
};

TEST_F(OwnCertificate, IsShownRenewedToWhoeverConnectsNext) {
  issue(Role::operator_, "maria");
  const std::string first = text("pki/staging.pem");
  ASSERT_EQ(shown(), first);
  renew();
  ASSERT_NE(text("pki/staging.pem"), first);
  EXPECT_EQ(shown(), text("pki/staging.pem"));
}

TEST_F(OwnCertificate, OfAConnectionThatIsThereStaysAsItWas) {
  issue(Role::operator_, "maria");
  const std::string first = text("pki/staging.pem");
  const Channel channel = dial_as("maria");
  ASSERT_EQ(shown_on(channel), first);
  renew();
  EXPECT_EQ(shown_on(channel), first);
}

TEST_F(OwnCertificate, IsTheOneBeforeWhileTheFilesHoldNoneThatIsGood) {
  issue(Role::operator_, "maria");
  const std::string first = text("pki/staging.pem");
  const std::string key = text("pki/staging.key");
  renew();
  const std::string second = text("pki/staging.pem");
  write("pki/staging.key", key);  // the first one's
  EXPECT_EQ(shown(), first);
  write("pki/staging.pem", second.substr(0, second.size() / 2));
  EXPECT_EQ(shown(), first);
  std::filesystem::remove(folder_ / "pki/staging.pem");
  EXPECT_EQ(shown(), first);
  renew();
  EXPECT_EQ(shown(), text("pki/staging.pem"));
}

}  // namespace
}  // namespace chokepoint::controller::testing
