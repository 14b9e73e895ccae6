#include "scenarios/services/status.h"

namespace chokepoint {

grpc::StatusCode status_code_of(Code code) {
  switch (code) {
    case Code::invalid_input:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case Code::not_found:
      return grpc::StatusCode::NOT_FOUND;
    case Code::conflict:
      return grpc::StatusCode::ALREADY_EXISTS;
    case Code::denied:
      return grpc::StatusCode::PERMISSION_DENIED;
    case Code::unavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case Code::timed_out:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case Code::not_reverted:
      return grpc::StatusCode::DATA_LOSS;
  }
  return grpc::StatusCode::INTERNAL;
}

grpc::Status status_of(const Error& error) {
  return {status_code_of(error.code), error.message, error.hint};
}

Error error_of(const grpc::Status& status) {
  Error error{
      .code = Code::unavailable, .message = status.error_message(), .hint = status.error_details()};
  for (const Code code : {Code::invalid_input, Code::not_found, Code::conflict, Code::denied,
                          Code::unavailable, Code::timed_out, Code::not_reverted}) {
    if (status_code_of(code) == status.error_code()) error.code = code;
  }
  if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) error.code = Code::denied;
  return error;
}

}  // namespace chokepoint
