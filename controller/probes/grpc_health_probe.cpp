#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include "controller/probes/address.h"
#include "controller/probes/deadline.h"
#include "controller/probes/kinds.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace chokepoint::controller {
namespace {

namespace health = grpc::health::v1;

class GrpcHealthAsker final : public Asker {
 public:
  GrpcHealthAsker(const v1::GrpcHealthProbe& probe, double timeout)
      : probe_(probe), timeout_(timeout) {}

  Answer ask() override {
    const Deadline deadline(timeout_);
    constexpr int kLargest = 64 << 10;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetMaxReceiveMessageSize(kLargest);
    const auto stub = health::Health::NewStub(grpc::CreateCustomChannel(
        "dns:///" + probe_.address(), grpc::InsecureChannelCredentials(), arguments));
    grpc::ClientContext context;
    constexpr double kMicroseconds = 1e6;
    context.set_deadline(gpr_time_add(
        gpr_now(GPR_CLOCK_MONOTONIC),
        gpr_time_from_micros(static_cast<std::int64_t>(timeout_ * kMicroseconds), GPR_TIMESPAN)));
    health::HealthCheckRequest request;
    request.set_service(probe_.service());
    health::HealthCheckResponse response;
    return answer(deadline, stub->Check(&context, request, &response), response);
  }

 private:
  Answer answer(const Deadline& deadline, const grpc::Status& status,
                const health::HealthCheckResponse& response) const {
    switch (status.error_code()) {
      case grpc::StatusCode::OK:
        break;
      case grpc::StatusCode::DEADLINE_EXCEEDED:
        return deadline.bad(deadline.missed("answer"));
      case grpc::StatusCode::NOT_FOUND:
        return deadline.bad(fmt::format("the server knows no service '{}'", probe_.service()));
      case grpc::StatusCode::UNIMPLEMENTED:
        return deadline.bad("the server has no health service");
      default:
        return deadline.bad(status.error_message().empty()
                                ? fmt::format("status {}", static_cast<int>(status.error_code()))
                                : status.error_message());
    }
    if (response.status() == health::HealthCheckResponse::SERVING) return deadline.good("SERVING");
    const auto* const name =
        health::HealthCheckResponse::ServingStatus_descriptor()->FindValueByNumber(
            response.status());
    return deadline.bad(name == nullptr
                            ? fmt::format("health {}", static_cast<int>(response.status()))
                            : name->name());
  }

  v1::GrpcHealthProbe probe_;
  double timeout_;
};

}  // namespace

Result<std::unique_ptr<Asker>> make_grpc_health_asker(const v1::GrpcHealthProbe& probe,
                                                      double timeout) {
  if (const Result<Address> address = parse_address(probe.address()); !address) {
    return address.error();
  }
  return std::unique_ptr<Asker>(std::make_unique<GrpcHealthAsker>(probe, timeout));
}

}  // namespace chokepoint::controller
