#pragma once
// One call to the controller, from dialling to its end. Thread rule: one thread uses it; a second
// one, of its own, dials and receives.

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "agents/system/descriptor.h"
#include "chokepoint/v1/agent.pb.h"
#include "chokepoint/v1/agent_link.grpc.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

class Link {
 public:
  // Begins to dial; waits for nothing. Errors: those of credentials_of.
  static Result<std::unique_ptr<Link>> dial(const v1::ControllerAddress& controller);
  // Hangs up.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Readable when the controller has answered, an order has come or the call has ended.
  int event() const { return event_.number(); }
  // Since the controller answered; what is sent before is lost.
  bool is_connected() const { return is_connected_; }
  // The next order; nothing when there is none so far.
  std::optional<v1::ToAgent> next();
  bool has_ended() const { return has_ended_; }
  // Why it has ended.
  std::string last_words() const;
  void send(const v1::FromAgent& message);

 private:
  Link(std::string address, const std::shared_ptr<grpc::ChannelCredentials>& credentials);
  void run();
  bool connect();
  void tell();

  std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::AgentLink::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::FromAgent, v1::ToAgent>> call_;
  Descriptor event_;
  mutable std::mutex mutex_;
  std::deque<v1::ToAgent> orders_;
  std::string last_words_;
  std::atomic<bool> hangs_up_ = false;
  std::atomic<bool> is_connected_ = false;
  std::atomic<bool> has_ended_ = false;
  std::thread running_;
};

}  // namespace chokepoint::agents
