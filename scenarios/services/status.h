#pragma once
// Errors on the wire: each code is one status of gRPC, and the other way round. What to do next
// travels as the details of the status.

#include <grpcpp/support/status.h>

#include "scenarios/base/result.h"

namespace chokepoint {

grpc::StatusCode status_code_of(Code code);
grpc::Status status_of(const Error& error);

// What a call came back with; `status` is not OK. Statuses that no code has are unavailable, except
// that a caller whom nobody believes is denied.
Error error_of(const grpc::Status& status);

}  // namespace chokepoint
