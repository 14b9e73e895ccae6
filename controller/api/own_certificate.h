#pragma once
// The certificate that a controller shows to who connects: read again when its files change, so
// that it can be renewed without ending a game day.

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "chokepoint/v1/controller.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

// Any certificate of a caller is taken in the handshake and judged by Gate, for each call: whoever
// is refused is told why, and the refusal is written down.
//
// The files are looked at with each connection. While they cannot be read, or hold a certificate
// that is not valid or belongs to another key, the one before is shown, and the log says why. What
// is returned must outlive the server. `config` names authority, certificate and key. Errors: as
// for reading them; denied (expired, not valid yet, another key).
Result<std::shared_ptr<grpc::ServerCredentials>> credentials_of(const v1::ControllerConfig& config);

}  // namespace chokepoint::controller
