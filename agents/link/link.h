#pragma once
// One call to the controller, for as long as it lasts. Thread rule: one thread uses it; a second
// one, of its own, only receives.

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
  // Connects and says hello. Errors: those of credentials_of, and unavailable.
  static Result<std::unique_ptr<Link>> dial(const v1::ControllerAddress& controller,
                                            const v1::Hello& hello);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Readable when an order has come or the call has ended.
  int event() const { return event_.number(); }
  // The next order; nothing when there is none so far.
  std::optional<v1::ToAgent> next();
  bool has_ended() const { return has_ended_; }
  // What the controller said at the end.
  std::string last_words() const;
  void send(const v1::FromAgent& message);

 private:
  explicit Link(const std::shared_ptr<grpc::Channel>& channel);
  void receive();

  std::unique_ptr<v1::AgentLink::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::FromAgent, v1::ToAgent>> call_;
  Descriptor event_;
  mutable std::mutex mutex_;
  std::deque<v1::ToAgent> orders_;
  std::string last_words_;
  std::atomic<bool> has_ended_ = false;
  std::thread receiving_;
};

}  // namespace chokepoint::agents
