#pragma once
// Who we are to a controller, and whom we believe: agents that attend it, and people who ask.

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "chokepoint/v1/agent.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint {

// Reads the files anew, so that a certificate that was renewed is used from the next call on. None
// are needed on the loopback interface. Errors: denied (expired, not valid yet, somebody else's
// key, or none where some are needed), unavailable (cannot be read), invalid_input (no PEM).
Result<std::shared_ptr<grpc::ChannelCredentials>> credentials_of(
    const v1::ControllerAddress& controller);

// Whether an address, host and port, is on the loopback interface.
bool is_loopback(const std::string& address);

}  // namespace chokepoint
