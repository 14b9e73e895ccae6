#include "controller/api/agent_link_service.h"

#include <spdlog/spdlog.h>

#include <deque>
#include <mutex>

#include "scenarios/services/status.h"

namespace chokepoint::controller {
namespace {

constexpr std::chrono::seconds kBelieved(5);  // a certificate, until it is looked at again
constexpr std::size_t kMostUnsent = 10'000;   // messages to an agent that reads none

class Call final : public grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent> {
 public:
  Call(Gate& gate, Registry& registry, grpc::CallbackServerContext* context)
      : gate_(gate), registry_(registry), context_(context), line_(std::make_shared<Way>(*this)) {
    const Gate::Admission admission = gate_.admit(*context, "Attend", {Role::agent}, "");
    who_ = admission.who;
    if (!admission.status.ok()) {
      Finish(admission.status);
      is_finished_ = true;
      return;
    }
    StartRead(&said_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return end(grpc::Status::OK);
    if (grpc::Status status = take(); !status.ok()) return end(status);
    StartRead(&said_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    unsent_.pop_front();
    if (ok && !is_finished_ && !unsent_.empty()) {
      StartWrite(&unsent_.front());
    } else {
      is_writing_ = false;
    }
  }

  void OnCancel() override { end(grpc::Status::CANCELLED); }

  void OnDone() override {
    line_->cut();
    if (!agent_.empty()) {
      spdlog::info("agent {} hung up", agent_);
      registry_.leave(agent_, line_.get());
    }
    delete this;
  }

  void send(const v1::ToAgent& message) {
    const std::lock_guard lock(mutex_);
    if (is_finished_ || unsent_.size() >= kMostUnsent) return;
    unsent_.push_back(message);
    if (!std::exchange(is_writing_, true)) StartWrite(&unsent_.front());
  }

  void end(const grpc::Status& status) {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(is_finished_, true)) return;
    }
    Finish(status);
  }

 private:
  // What the registry holds; goes on existing when the call is over.
  class Way final : public Line {
   public:
    explicit Way(Call& call) : call_(&call) {}
    void send(const v1::ToAgent& message) override {
      const std::lock_guard lock(mutex_);
      if (call_ != nullptr) call_->send(message);
    }
    void hang_up(const Error& reason) override {
      const std::lock_guard lock(mutex_);
      if (call_ != nullptr) call_->end(status_of(reason));
    }
    void cut() {
      const std::lock_guard lock(mutex_);
      call_ = nullptr;
    }

   private:
    std::mutex mutex_;
    Call* call_;
  };

  grpc::Status take() {
    if (agent_.empty() != said_.has_hello()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "an agent says hello first, and once"};
    }
    switch (said_.said_case()) {
      case v1::FromAgent::kHello:
        return join(said_.hello());
      case v1::FromAgent::kHeartbeat:
        if (grpc::Status status = still_believed(); !status.ok()) return status;
        registry_.heard(agent_, said_.heartbeat());
        return grpc::Status::OK;
      case v1::FromAgent::kOutcome:
        registry_.heard(agent_, said_.outcome());
        return grpc::Status::OK;
      case v1::FromAgent::SAID_NOT_SET:
        return grpc::Status::OK;  // something of a newer agent
    }
    return grpc::Status::OK;
  }

  grpc::Status join(const v1::Hello& hello) {
    Status joined = gate_.is_agent(who_, hello.agent());
    if (joined) joined = registry_.join(line_, hello);
    if (!joined) {
      gate_.refuse(*context_, who_, "Attend", joined.error().message);
      return status_of(joined.error());
    }
    agent_ = hello.agent();
    spdlog::info("agent {} is here, from {}", agent_, context_->peer());
    return grpc::Status::OK;
  }

  grpc::Status still_believed() {
    const auto now = std::chrono::steady_clock::now();
    if (now - believed_ < kBelieved) return grpc::Status::OK;
    believed_ = now;
    const Result<Identity> who = gate_.identify(*context_);
    if (who) return grpc::Status::OK;
    gate_.refuse(*context_, who_, "Attend", who.error().message);
    return {grpc::StatusCode::UNAUTHENTICATED, who.error().message, who.error().hint};
  }

  Gate& gate_;
  Registry& registry_;
  grpc::CallbackServerContext* context_;
  std::shared_ptr<Way> line_;
  Identity who_;
  std::string agent_;
  v1::FromAgent said_;
  std::chrono::steady_clock::time_point believed_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  std::deque<v1::ToAgent> unsent_;  // the first one is being sent while is_writing_
  bool is_writing_ = false;
  bool is_finished_ = false;
};

}  // namespace

grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* AgentLinkService::Attend(
    grpc::CallbackServerContext* context) {
  return new Call(gate_, registry_, context);
}

}  // namespace chokepoint::controller
