// So many agents in one process, each with a connection of its own, that do at once what they are
// told and touch nothing. Usage: bench_many_agents ADDRESS AGENTS LEASE_SECONDS
// They are called agent-00000, agent-00001, ... Ends at SIGTERM, and prints what they did, as JSON.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "chokepoint/v1/agent_link.grpc.pb.h"

namespace {

namespace v1 = chokepoint::v1;
using Clock = std::chrono::steady_clock;

struct Counts {
  std::atomic<long> ended = 0;     // calls, by the controller
  std::atomic<long> injects = 0;   // carried out
  std::atomic<long> repeated = 0;  // injects of something that was there, or had been
  std::atomic<long> reverts = 0;   //
  std::atomic<long> renewals = 0;  // messages
  std::atomic<long> lapsed = 0;    // faults that nobody renewed within the lease
};

class Agent final : public grpc::ClientBidiReactor<v1::FromAgent, v1::ToAgent> {
 public:
  Agent(const std::string& address, std::string name, double lease, Counts& counts)
      : name_(std::move(name)), lease_(lease), counts_(counts) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ = v1::AgentLink::NewStub(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
    stub_->async()->Attend(&context_, this);
    v1::FromAgent message;
    message.mutable_hello()->set_agent(name_);
    message.mutable_hello()->set_version("bench");
    message.mutable_hello()->set_lease(lease_);
    for (const char* const target : {"process shop", "interface uplink", "file features"}) {
      message.mutable_hello()->add_targets(target);
    }
    say(std::move(message));
    StartRead(&order_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    take(order_);
    StartRead(&order_);
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    unsent_.pop_front();
    if (ok && !unsent_.empty()) StartWrite(&unsent_.front());
  }
  void OnDone(const grpc::Status& status) override {
    if (!is_ending_) {
      ++counts_.ended;
      std::fprintf(stderr, "%s: %s\n", name_.c_str(), status.error_message().c_str());
    }
    const std::lock_guard lock(mutex_);
    is_done_ = true;
    done_.notify_all();
  }

  void beat() {
    std::vector<std::string> lapsed;
    v1::FromAgent message;
    message.mutable_heartbeat();
    {
      const std::lock_guard lock(mutex_);
      if (is_done_) return;
      for (const auto& [id, renewed] : standing_) {
        if (std::chrono::duration<double>(Clock::now() - renewed).count() > lease_) {
          lapsed.push_back(id);
        } else {
          message.mutable_heartbeat()->add_standing()->set_id(id);
        }
      }
      for (const std::string& id : lapsed) standing_.erase(id);
    }
    say(std::move(message));
    for (const std::string& id : lapsed) {
      ++counts_.lapsed;
      v1::FromAgent told;
      told.mutable_outcome()->set_id(id);
      told.mutable_outcome()->set_code(v1::OUTCOME_CODE_ENDED);
      told.mutable_outcome()->set_seen(v1::SIGHT_BASELINE);
      say(std::move(told));
    }
  }
  void end() {
    is_ending_ = true;
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return is_done_; });
  }

 private:
  void take(const v1::ToAgent& order) {
    v1::FromAgent message;
    v1::OrderOutcome& outcome = *message.mutable_outcome();
    outcome.set_order(order.order());
    outcome.set_code(v1::OUTCOME_CODE_DONE);
    outcome.set_took(0.001);
    if (order.has_plan()) {
      outcome.set_object("shop of " + name_);
      outcome.add_plan("stop shop, and start it again");
    } else if (order.has_inject()) {
      outcome.set_id(order.inject().id());
      outcome.set_seen(v1::SIGHT_INJECTED);
      const std::lock_guard lock(mutex_);
      ++(known_.insert({order.inject().id(), true}).second ? counts_.injects : counts_.repeated);
      standing_[order.inject().id()] = Clock::now();
    } else if (order.has_revert()) {
      outcome.set_id(order.revert().id());
      outcome.set_seen(v1::SIGHT_BASELINE);
      ++counts_.reverts;
      const std::lock_guard lock(mutex_);
      standing_.erase(order.revert().id());
    } else if (order.has_renew()) {
      ++counts_.renewals;
      const std::lock_guard lock(mutex_);
      for (const std::string& id : order.renew().ids()) {
        const auto found = standing_.find(id);
        if (found != standing_.end()) found->second = Clock::now();
      }
      return;
    }
    say(std::move(message));
  }

  void say(v1::FromAgent message) {
    const std::lock_guard lock(mutex_);
    if (is_done_) return;
    unsent_.push_back(std::move(message));
    if (unsent_.size() == 1) StartWrite(&unsent_.front());
  }

  const std::string name_;
  const double lease_;
  Counts& counts_;
  std::unique_ptr<v1::AgentLink::Stub> stub_;
  grpc::ClientContext context_;
  v1::ToAgent order_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::deque<v1::FromAgent> unsent_;                   // the first one is being sent
  std::map<std::string, Clock::time_point> standing_;  // and when it was renewed
  std::map<std::string, bool> known_;
  std::atomic<bool> is_ending_ = false;
  bool is_done_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s ADDRESS AGENTS LEASE_SECONDS\n", argv[0]);
    return 2;
  }
  const int count = std::atoi(argv[2]);
  const double lease = std::atof(argv[3]);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  Counts counts;
  std::vector<std::unique_ptr<Agent>> agents;
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "agent-%05d", i);
    agents.push_back(std::make_unique<Agent>(argv[1], name, lease, counts));
  }
  // Heartbeats are spread over a third of the lease.
  std::atomic<bool> is_ending = false;
  std::thread heart([&] {
    const Clock::time_point begun = Clock::now();
    for (long beat = 0; !is_ending; ++beat) {
      const double due = lease / 3 * static_cast<double>(beat) / count;
      std::this_thread::sleep_until(
          begun + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due)));
      agents[static_cast<std::size_t>(beat % count)]->beat();
    }
  });
  int signal = 0;
  sigwait(&signals, &signal);
  is_ending = true;
  heart.join();
  const long ended = counts.ended;
  for (auto& agent : agents) agent->end();
  std::printf(
      "{\"ended\": %ld, \"injects\": %ld, \"repeated\": %ld, \"reverts\": %ld, \"renewals\": %ld, "
      "\"lapsed\": %ld}\n",
      ended, counts.injects.load(), counts.repeated.load(), counts.reverts.load(),
      counts.renewals.load(), counts.lapsed.load());
  return 0;
}
