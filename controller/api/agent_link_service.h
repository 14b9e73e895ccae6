#pragma once
// Agents dial in here, and stay. One object for each call; no thread waits for any of them. One
// lets in those that have come, as many as there are at once, and looks at all of them now and
// then: whether each is still to be believed, has said who it is, and takes what it is told.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "chokepoint/v1/agent_link.grpc.pb.h"
#include "controller/api/gate.h"
#include "controller/registry/registry.h"

namespace chokepoint::controller {

class AgentLinkService final : public v1::AgentLink::CallbackService {
 public:
  AgentLinkService(Gate& gate, Registry& registry);
  // After the server has ended.
  ~AgentLinkService() override;
  AgentLinkService(const AgentLinkService&) = delete;
  AgentLinkService& operator=(const AgentLinkService&) = delete;

  grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* Attend(
      grpc::CallbackServerContext* context) override;

  // The far end of a call, which goes on existing when the call is over.
  class Way;

 private:
  class Call;
  void run();
  void let_in(const std::vector<std::shared_ptr<Way>>& ways);

  Gate& gate_;
  Registry& registry_;
  std::mutex mutex_;
  std::condition_variable something_;
  std::set<std::shared_ptr<Way>> ways_;
  std::vector<std::shared_ptr<Way>> arrived_;  // nobody has judged them yet
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace chokepoint::controller
