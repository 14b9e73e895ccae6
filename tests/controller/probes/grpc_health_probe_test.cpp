#include <gmock/gmock.h>
#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "chokepoint/v1/agent_link.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/controller/probes/plain_server.h"
#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

std::string asking(const std::string& address, const std::string& service = "",
                   const std::string& timeout = "10s") {
  return "{timeout: " + timeout + ", grpc_health: {address: \"" + address + "\", service: \"" +
         service + "\"}}";
}

// With the health service that comes with gRPC.
class GrpcHealthProbe : public testing::Test {
 protected:
  GrpcHealthProbe() {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&any_);  // there is no server without a service
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  grpc::HealthCheckServiceInterface& health() { return *server_->GetHealthCheckService(); }

  v1::AgentLink::Service any_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(GrpcHealthProbe, IsGoodWhileTheServerServes) {
  const auto asker = asker_of(asking(address_));
  const Answer answer = asker->ask();
  EXPECT_TRUE(answer.is_good) << answer.text;
  EXPECT_THAT(answer.text, testing::StartsWith("SERVING after "));
  health().SetServingStatus(false);
  EXPECT_EQ(asker->ask().text, "NOT_SERVING");
  health().SetServingStatus(true);
  EXPECT_TRUE(asker->ask().is_good);
}

TEST_F(GrpcHealthProbe, AsksForOneService) {
  health().SetServingStatus("orders", true);
  health().SetServingStatus("payments", false);
  EXPECT_TRUE(answer_to(asking(address_, "orders")).is_good);
  EXPECT_EQ(answer_to(asking(address_, "payments")).text, "NOT_SERVING");
  EXPECT_EQ(answer_to(asking(address_, "gone")).text, "the server knows no service 'gone'");
}

TEST_F(GrpcHealthProbe, NoticesThatTheServerIsGone) {
  const auto asker = asker_of(asking(address_));
  EXPECT_TRUE(asker->ask().is_good);
  server_->Shutdown();
  server_.reset();
  const Answer answer = asker->ask();
  EXPECT_FALSE(answer.is_good);
  EXPECT_LT(answer.took_s, 5) << "it is refused, and need not wait for its timeout";
}

TEST(GrpcHealthProbeOfStrangers, IsBadWithoutAHealthService) {
  class NoHealth final : public grpc::health::v1::Health::Service {
  } nothing;  // implements none of its calls
  grpc::EnableDefaultHealthCheckService(false);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&nothing);
  const auto server = builder.BuildAndStart();
  EXPECT_EQ(answer_to(asking("127.0.0.1:" + std::to_string(port))).text,
            "the server has no health service");
}

TEST(GrpcHealthProbeOfStrangers, DoesNotWaitForTheSilent) {
  const PlainServer server(saying_nothing());
  const Answer answer = answer_to(asking(server.address(), "", "300ms"));
  EXPECT_EQ(answer.text, "no answer within 300ms");
  expect_waited_for(answer, 0.3);
}

TEST(GrpcHealthProbeOfStrangers, IsBadForWhatIsNoGrpc) {
  const PlainServer server(saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
  const Answer answer = answer_to(asking(server.address(), "", "2s"));
  EXPECT_FALSE(answer.is_good);
  EXPECT_LE(answer.text.size(), 200U);
}

}  // namespace
}  // namespace chokepoint::controller
