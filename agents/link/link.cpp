#include "agents/link/link.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <chrono>

#include "scenarios/services/credentials.h"

namespace chokepoint::agents {
namespace {

constexpr std::chrono::seconds kToConnect(5);
constexpr int kKeepAliveMs = 10'000;
constexpr int kSilenceMs = 5'000;

}  // namespace

Result<std::unique_ptr<Link>> Link::dial(const v1::ControllerAddress& controller,
                                         const v1::Hello& hello) {
  const auto credentials = credentials_of(controller);
  if (!credentials) return credentials.error();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepAliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kSilenceMs);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // each call shows its certificate anew
  const auto channel = grpc::CreateCustomChannel(controller.address(), *credentials, arguments);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + kToConnect)) {
    return Error{.code = Code::unavailable,
                 .message = fmt::format("no controller answers at {}", controller.address()),
                 .hint = "is it up, and does each side believe the other's certificate?"};
  }
  std::unique_ptr<Link> link(new Link(channel));
  v1::FromAgent first;
  *first.mutable_hello() = hello;
  link->send(first);
  return link;
}

Link::Link(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(v1::AgentLink::NewStub(channel)),
      call_(stub_->Attend(&context_)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      receiving_([this] { receive(); }) {}

Link::~Link() {
  context_.TryCancel();
  receiving_.join();
}

void Link::receive() {
  v1::ToAgent order;
  const std::uint64_t one = 1;
  while (call_->Read(&order)) {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
    (void)!::write(event_.number(), &one, sizeof one);
  }
  const grpc::Status status = call_->Finish();
  {
    const std::lock_guard lock(mutex_);
    last_words_ = status.ok() ? "the controller hung up" : status.error_message();
  }
  has_ended_ = true;
  (void)!::write(event_.number(), &one, sizeof one);
}

std::optional<v1::ToAgent> Link::next() {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  (void)!::read(event_.number(), &count, sizeof count);
  if (orders_.empty()) return std::nullopt;
  v1::ToAgent order = std::move(orders_.front());
  orders_.pop_front();
  return order;
}

std::string Link::last_words() const {
  const std::lock_guard lock(mutex_);
  return last_words_;
}

void Link::send(const v1::FromAgent& message) {
  if (!has_ended_) call_->Write(message);
}

}  // namespace chokepoint::agents
