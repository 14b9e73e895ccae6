#include "controller/api/own_certificate.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "controller/identity/file_stamp.h"
#include "scenarios/base/assert.h"
#include "scenarios/services/certificate.h"

namespace chokepoint::controller {
namespace {

// What is shown: a certificate, its key, and whose certificates are asked for.
using Shown = std::unique_ptr<grpc_ssl_server_certificate_config,
                              decltype(&grpc_ssl_server_certificate_config_destroy)>;

Result<Shown> read_shown(const v1::ControllerConfig& config) {
  const Result<Credentials> read =
      read_credentials(config.authority(), config.certificate(), config.key());
  if (!read) return read.error();
  const grpc_ssl_pem_key_cert_pair pair{.private_key = read->key.c_str(),
                                        .cert_chain = read->certificate.c_str()};
  return Shown(grpc_ssl_server_certificate_config_create(read->authority.c_str(), &pair, 1),
               &grpc_ssl_server_certificate_config_destroy);
}

// grpc::SslServerCredentials reads once; gRPC's certificate providers take a half-written file for
// the new certificate, and then nobody can connect.
class OwnCertificate : public grpc::ServerCredentials {
 public:
  OwnCertificate(v1::ControllerConfig config, Shown first)
      : config_(std::move(config)),
        stamps_(stamps()),
        next_(std::move(first)),
        core_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY, &fetch, this))) {}
  ~OwnCertificate() override { grpc_server_credentials_release(core_); }
  OwnCertificate(const OwnCertificate&) = delete;
  OwnCertificate& operator=(const OwnCertificate&) = delete;

  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {
    CHOKEPOINT_ASSERT(false, "calls are judged by Gate");
  }

 private:
  using Stamps = std::pair<FileStamp, FileStamp>;

  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), core_);
  }

  Stamps stamps() const {
    return {FileStamp::of(config_.certificate()), FileStamp::of(config_.key())};
  }

  // gRPC asks once at its start and then before each handshake, under a lock of its own.
  static grpc_ssl_certificate_config_reload_status fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    OwnCertificate& own = *static_cast<OwnCertificate*>(self);
    own.look_again();
    if (!own.next_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    *config = own.next_.release();
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  void look_again() {
    const Stamps now = stamps();
    if (now == stamps_) return;
    stamps_ = now;
    Result<Shown> read = read_shown(config_);
    if (read) {
      spdlog::info("the certificate {} has changed and is shown from now on",
                   config_.certificate());
      next_ = *std::move(read);
    } else {
      spdlog::warn("the certificate {} has changed, and the one before is still shown: {}",
                   config_.certificate(), read.error().message);
    }
  }

  const v1::ControllerConfig config_;
  Stamps stamps_;  // of what was read last
  Shown next_;     // null: gRPC has it already
  grpc_server_credentials* const core_;
};

}  // namespace

Result<std::shared_ptr<grpc::ServerCredentials>> credentials_of(
    const v1::ControllerConfig& config) {
  if (config.authority().empty()) return grpc::InsecureServerCredentials();
  Result<Shown> first = read_shown(config);
  if (!first) return first.error();
  return std::shared_ptr<grpc::ServerCredentials>(
      std::make_shared<OwnCertificate>(config, *std::move(first)));
}

}  // namespace chokepoint::controller
