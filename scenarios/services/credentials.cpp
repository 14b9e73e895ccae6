#include "scenarios/services/credentials.h"

#include <fmt/format.h>

#include <string>

#include "scenarios/loader/text_file.h"
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
  const Result<std::string> authority = read_text_file(controller.authority());
  if (!authority) return authority.error();
  const Result<std::string> certificate = read_text_file(controller.certificate());
  if (!certificate) return certificate.error();
  const Result<std::string> key = read_text_file(controller.key());
  if (!key) return key.error();
  if (Status valid = check_certificate(*certificate, *key, controller.certificate()); !valid) {
    return valid.error();
  }
  if (Status valid = check_certificate(*authority, "", controller.authority()); !valid) {
    return valid.error();
  }
  return grpc::SslCredentials(
      {.pem_root_certs = *authority, .pem_private_key = *key, .pem_cert_chain = *certificate});
}

}  // namespace chokepoint
