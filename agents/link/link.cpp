#include "agents/link/link.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <chrono>

#include "scenarios/services/credentials.h"

namespace chokepoint::agents {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kToConnect(5'000);
constexpr milliseconds kLook(100);  // how soon whoever hangs up while it dials is heard
constexpr int kKeepAliveMs = 10'000;
constexpr int kSilenceMs = 5'000;

grpc::ChannelArguments arguments() {
  grpc::ChannelArguments all;
  all.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepAliveMs);
  all.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kSilenceMs);
  all.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // each call shows its certificate anew
  return all;
}

}  // namespace

Result<std::unique_ptr<Link>> Link::dial(const v1::ControllerAddress& controller) {
  const auto credentials = credentials_of(controller);
  if (!credentials) return credentials.error();
  return std::unique_ptr<Link>(new Link(controller.address(), *credentials));
}

Link::Link(std::string address, const std::shared_ptr<grpc::ChannelCredentials>& credentials)
    : address_(std::move(address)),
      channel_(grpc::CreateCustomChannel(address_, credentials, arguments())),
      stub_(v1::AgentLink::NewStub(channel_)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      running_([this] { run(); }) {}

Link::~Link() {
  hangs_up_ = true;
  context_.TryCancel();
  running_.join();
}

// The first attempt decides: whoever dials again comes later, and shows what it has by then.
bool Link::connect() {
  const auto until = std::chrono::system_clock::now() + kToConnect;
  grpc_connectivity_state state = channel_->GetState(true);
  while (state != GRPC_CHANNEL_READY && state != GRPC_CHANNEL_TRANSIENT_FAILURE && !hangs_up_ &&
         std::chrono::system_clock::now() < until) {
    channel_->WaitForStateChange(state, std::chrono::system_clock::now() + kLook);
    state = channel_->GetState(true);
  }
  return state == GRPC_CHANNEL_READY;
}

void Link::run() {
  std::string last_words = fmt::format(
      "no controller answers at {}: is it up, and does each side believe the other's certificate?",
      address_);
  if (connect()) {
    call_ = stub_->Attend(&context_);
    is_connected_ = true;
    tell();
    v1::ToAgent order;
    while (call_->Read(&order)) {
      const std::lock_guard lock(mutex_);
      orders_.push_back(std::move(order));
      tell();
    }
    const grpc::Status status = call_->Finish();
    last_words = status.ok() ? "the controller hung up" : status.error_message();
  }
  {
    const std::lock_guard lock(mutex_);
    last_words_ = last_words;
  }
  has_ended_ = true;
  tell();
}

void Link::tell() {
  const std::uint64_t one = 1;
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
  if (is_connected_ && !has_ended_) call_->Write(message);
}

}  // namespace chokepoint::agents
