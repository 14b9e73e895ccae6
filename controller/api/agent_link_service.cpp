#include "controller/api/agent_link_service.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "controller/api/allowance.h"
#include "scenarios/services/status.h"

namespace chokepoint::controller {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kBelieved(5);  // a certificate, until it is looked at again
constexpr std::chrono::seconds kBetweenLooks(1);
constexpr std::chrono::seconds kToSayHello(10);
constexpr std::chrono::seconds kToTakeStatus(2);  // until a call that ended is cut off
constexpr std::size_t kMostUnsent = 16UL << 20;   // bytes to an agent that reads none
constexpr std::size_t kPerUnsent = sizeof(v1::ToAgent) + 128;

}  // namespace

class AgentLinkService::Way final : public Line {
 public:
  explicit Way(Call& call) : call_(&call) {}
  void send(const v1::ToAgent& message) override;
  void hang_up(const Error& reason) override;
  std::optional<Gate::Judged> judge();
  void let_in(const Gate::Admission& admission);
  void look(Clock::time_point now);
  void cut() {
    const std::lock_guard lock(mutex_);
    call_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Call* call_;
};

class AgentLinkService::Call final : public grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent> {
 public:
  Call(AgentLinkService& service, grpc::CallbackServerContext* context)
      : service_(service),
        gate_(service.gate_),
        registry_(service.registry_),
        context_(context),
        way_(std::make_shared<Way>(*this)) {
    const std::lock_guard lock(service_.mutex_);
    service_.ways_.insert(way_);
    service_.arrived_.push_back(way_);
    service_.something_.notify_all();
  }

  Gate::Judged judge() const { return gate_.judge(*context_, "Attend", {Role::agent}, ""); }
  // Nothing that the caller says is read before.
  void let_in(const Gate::Admission& admission) {
    if (!admission.status.ok()) return end(admission.status);
    const std::lock_guard lock(mutex_);  // so that it is not over before the first read begins
    if (is_finished_) return;
    who_ = admission.who;
    let_in_ = believed_ = Clock::now();
    StartRead(&said_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return end(grpc::Status::OK);
    if (grpc::Status status = take(); !status.ok()) return end(status);
    StartRead(&said_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    unsent_bytes_ -= unsent_.front().second;
    unsent_.pop_front();
    if (ok && !is_finished_ && !unsent_.empty()) {
      StartWrite(&unsent_.front().first);
    } else {
      is_writing_ = false;
    }
  }

  void OnCancel() override { end(grpc::Status::CANCELLED); }

  void OnDone() override {
    way_->cut();
    {
      const std::lock_guard lock(service_.mutex_);
      service_.ways_.erase(way_);
    }
    if (!agent_.empty()) {
      spdlog::info("agent {} hung up", agent_);
      registry_.leave(agent_, way_.get());
    }
    delete this;
  }

  void send(const v1::ToAgent& message) {
    const std::size_t bytes = message.ByteSizeLong() + kPerUnsent;
    {
      const std::lock_guard lock(mutex_);
      if (is_finished_) return;
      if (unsent_bytes_ + bytes <= kMostUnsent) {
        unsent_bytes_ += bytes;
        unsent_.emplace_back(message, bytes);
        if (!std::exchange(is_writing_, true)) StartWrite(&unsent_.front().first);
        return;
      }
    }
    refuse({grpc::StatusCode::RESOURCE_EXHAUSTED, "the agent does not read what it is told"});
  }

  // Ends the call; nobody reaches the agent by it from now on.
  void end(const grpc::Status& status) {
    std::string agent;
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(is_finished_, true)) return;
      ended_ = Clock::now();
      agent = agent_;
    }
    if (!agent.empty()) registry_.leave(agent, way_.get());
    Finish(status);
  }

  void look(Clock::time_point now) {
    bool is_silent = false;
    {
      const std::lock_guard lock(mutex_);
      if (ended_) {
        // What was still to be sent goes first, and the agent may take none of it.
        if (now - *ended_ > kToTakeStatus) context_->TryCancel();
        return;
      }
      if (!let_in_) return;
      is_silent = agent_.empty() && now - *let_in_ > kToSayHello;
    }
    if (is_silent) {
      return refuse({grpc::StatusCode::DEADLINE_EXCEEDED, "an agent says hello at once"});
    }
    if (now - believed_ < kBelieved) return;
    believed_ = now;
    const Result<Identity> who = gate_.identify(*context_);
    if (who) return;
    refuse({grpc::StatusCode::UNAUTHENTICATED, who.error().message, who.error().hint});
  }

 private:
  // Ends a call that had been let in, and writes down why.
  void refuse(const grpc::Status& status) {
    gate_.refuse(*context_, who_, "Attend", status.error_message());
    end(status);
  }

  grpc::Status refused(const grpc::Status& status) {
    gate_.refuse(*context_, who_, "Attend", status.error_message());
    return status;
  }

  grpc::Status take() {
    if (!allowance_.covers(said_.ByteSizeLong(), Clock::now())) {
      return refused({grpc::StatusCode::RESOURCE_EXHAUSTED, "the agent says too much"});
    }
    if (agent_.empty() != said_.has_hello()) {
      return refused({grpc::StatusCode::INVALID_ARGUMENT, "an agent says hello first, and once"});
    }
    switch (said_.said_case()) {
      case v1::FromAgent::kHello:
        return join(said_.hello());
      case v1::FromAgent::kHeartbeat:
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
    if (joined) joined = registry_.join(way_, hello);
    if (!joined) return refused(status_of(joined.error()));
    {
      const std::lock_guard lock(mutex_);
      agent_ = hello.agent();
    }
    spdlog::info("agent {} is here, from {}", agent_, context_->peer());
    return grpc::Status::OK;
  }

  AgentLinkService& service_;
  Gate& gate_;
  Registry& registry_;
  grpc::CallbackServerContext* context_;
  std::shared_ptr<Way> way_;
  Identity who_;
  v1::FromAgent said_;
  Allowance allowance_;
  Clock::time_point believed_;  // of the thread that looks

  std::mutex mutex_;
  std::string agent_;  // written once, by the thread that reads, which needs no lock to read it
  std::deque<std::pair<v1::ToAgent, std::size_t>> unsent_;  // the first is being sent: is_writing_
  std::size_t unsent_bytes_ = 0;
  bool is_writing_ = false;
  bool is_finished_ = false;
  std::optional<Clock::time_point> let_in_;
  std::optional<Clock::time_point> ended_;
};

void AgentLinkService::Way::send(const v1::ToAgent& message) {
  const std::lock_guard lock(mutex_);
  if (call_ != nullptr) call_->send(message);
}

void AgentLinkService::Way::hang_up(const Error& reason) {
  const std::lock_guard lock(mutex_);
  if (call_ != nullptr) call_->end(status_of(reason));
}

std::optional<Gate::Judged> AgentLinkService::Way::judge() {
  const std::lock_guard lock(mutex_);
  return call_ == nullptr ? std::nullopt : std::optional(call_->judge());
}

void AgentLinkService::Way::let_in(const Gate::Admission& admission) {
  const std::lock_guard lock(mutex_);
  if (call_ != nullptr) call_->let_in(admission);
}

void AgentLinkService::Way::look(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (call_ != nullptr) call_->look(now);
}

AgentLinkService::AgentLinkService(Gate& gate, Registry& registry)
    : gate_(gate), registry_(registry), thread_([this] { run(); }) {}

AgentLinkService::~AgentLinkService() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    something_.notify_all();
  }
  thread_.join();
}

void AgentLinkService::run() {
  std::unique_lock lock(mutex_);
  Clock::time_point look_at = Clock::now() + kBetweenLooks;
  while (!is_ending_) {
    something_.wait_until(lock, look_at, [this] { return is_ending_ || !arrived_.empty(); });
    const auto arrived = std::exchange(arrived_, {});
    std::vector<std::shared_ptr<Way>> all;
    if (Clock::now() >= look_at) {
      all.assign(ways_.begin(), ways_.end());
      look_at = Clock::now() + kBetweenLooks;
    }
    lock.unlock();
    let_in(arrived);
    for (const auto& way : all) way->look(Clock::now());
    lock.lock();
  }
}

void AgentLinkService::let_in(const std::vector<std::shared_ptr<Way>>& ways) {
  std::vector<std::shared_ptr<Way>> there;
  std::vector<Gate::Judged> judged;
  for (const auto& way : ways) {
    auto one = way->judge();
    if (!one) continue;  // it hung up meanwhile
    there.push_back(way);
    judged.push_back(*std::move(one));
  }
  gate_.write(judged);
  for (std::size_t i = 0; i < there.size(); ++i) there[i]->let_in(judged[i].admission);
}

grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* AgentLinkService::Attend(
    grpc::CallbackServerContext* context) {
  return new Call(*this, context);
}

}  // namespace chokepoint::controller
