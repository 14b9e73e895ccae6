#include "scenarios/services/credentials.h"

#include <fmt/format.h>

#include <string>

#include "scenarios/services/certificate.h"

namespace chokepoint {

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address.starts_with("localhost:") ||
         address.starts_with("[::1]:") || address.starts_with("unix:");
}

Result<std::shared_ptr<grpc::ChannelCredentials>> credentials_of(
    const v1::ControllerAddress& controller) {
  if (controller.authority().empty() && controller.certificate().empty() &&
      controller.key().empty()) {
    if (is_loopback(controller.address())) return grpc::InsecureChannelCredentials();
    return Error{.code = Code::denied,
                 .message = fmt::format("{} is not on this host, and we have no certificate",
                                        controller.address()),
                 .hint = "name an authority, a certificate and its key; nothing was touched"};
  }
  const Result<Credentials> read =
      read_credentials(controller.authority(), controller.certificate(), controller.key());
  if (!read) return read.error();
  if (Status valid = check_certificate(read->authority, "", controller.authority()); !valid) {
    return valid.error();
  }
  return grpc::SslCredentials({.pem_root_certs = read->authority,
                               .pem_private_key = read->key,
                               .pem_cert_chain = read->certificate});
}

}  // namespace chokepoint
