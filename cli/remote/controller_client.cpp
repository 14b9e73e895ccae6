#include "cli/remote/controller_client.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include "chokepoint/v1/game_days.grpc.pb.h"
#include "scenarios/services/credentials.h"
#include "scenarios/services/status.h"

namespace chokepoint::cli {
namespace {

constexpr std::chrono::seconds kToConnect(5);
constexpr std::chrono::seconds kToAnswer(60);
constexpr int kLargestMessage = 256 << 20;

}  // namespace

struct ControllerClient::Parts {
  explicit Parts(const std::shared_ptr<grpc::Channel>& channel)
      : stub(v1::GameDays::NewStub(channel)) {}

  template <class Request, class Reply>
  Result<Reply> call(grpc::Status (v1::GameDays::Stub::*method)(grpc::ClientContext*,
                                                                const Request&, Reply*),
                     const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kToAnswer);
    Reply reply;
    const grpc::Status status = (stub.get()->*method)(&context, request, &reply);
    if (!status.ok()) return error_of(status);
    return reply;
  }

  std::unique_ptr<v1::GameDays::Stub> stub;
};

Result<std::unique_ptr<ControllerClient>> ControllerClient::dial(
    const v1::ControllerAddress& address) {
  const auto credentials = credentials_of(address);
  if (!credentials) return credentials.error();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestMessage);
  const auto channel = grpc::CreateCustomChannel(address.address(), *credentials, arguments);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + kToConnect)) {
    return Error{.code = Code::unavailable,
                 .message = fmt::format("no controller answers at {}", address.address()),
                 .hint = "is it up, and is that its address and its authority? see --controller"};
  }
  return std::unique_ptr<ControllerClient>(new ControllerClient(std::make_unique<Parts>(channel)));
}

ControllerClient::ControllerClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ControllerClient::~ControllerClient() = default;

Result<v1::AgentsReply> ControllerClient::agents() {
  return parts_->call(&v1::GameDays::Stub::Agents, v1::AgentsRequest());
}

Result<v1::SubmitReply> ControllerClient::submit(const v1::GameDayPlan& plan) {
  v1::SubmitRequest request;
  *request.mutable_plan() = plan;
  return parts_->call(&v1::GameDays::Stub::Submit, request);
}

Result<v1::GameDayStatus> ControllerClient::start(const v1::StartRequest& request) {
  return parts_->call(&v1::GameDays::Stub::Start, request);
}

Result<v1::GameDayStatus> ControllerClient::abort(const std::string& id,
                                                  const std::string& reason) {
  v1::AbortRequest request;
  request.set_id(id);
  request.set_reason(reason);
  return parts_->call(&v1::GameDays::Stub::Abort, request);
}

Result<v1::StopReply> ControllerClient::stop(const std::string& reason) {
  v1::StopRequest request;
  request.set_reason(reason);
  return parts_->call(&v1::GameDays::Stub::Stop, request);
}

Result<v1::StopReply> ControllerClient::lift() {
  return parts_->call(&v1::GameDays::Stub::Lift, v1::LiftRequest());
}

Result<v1::ListReply> ControllerClient::list() {
  return parts_->call(&v1::GameDays::Stub::List, v1::ListRequest());
}

Result<v1::ShowReply> ControllerClient::show(const std::string& id) {
  v1::ShowRequest request;
  request.set_id(id);
  return parts_->call(&v1::GameDays::Stub::Show, request);
}

Result<v1::GameDayStatus> ControllerClient::watch(
    const std::string& id, const std::function<void(const v1::GameDayStatus&)>& show) {
  grpc::ClientContext context;
  v1::WatchRequest request;
  request.set_id(id);
  const auto reader = parts_->stub->Watch(&context, request);
  v1::GameDayStatus last;
  while (reader->Read(&last)) show(last);
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return error_of(status);
  return last;
}

}  // namespace chokepoint::cli
