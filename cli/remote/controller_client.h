#pragma once
// A controller, called from the command line. Thread rule: one thread.

#include <functional>
#include <memory>
#include <string>

#include "chokepoint/v1/agent.pb.h"
#include "chokepoint/v1/game_days.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::cli {

class ControllerClient {
 public:
  // Errors: those of credentials_of (scenarios/services/credentials.h), and unavailable when nobody
  // answers there.
  static Result<std::unique_ptr<ControllerClient>> dial(const v1::ControllerAddress& address);
  ~ControllerClient();

  // Each as in game_days.proto, errors too. Unavailable when the controller is gone meanwhile.
  Result<v1::AgentsReply> agents();
  Result<v1::SubmitReply> submit(const v1::GameDayPlan& plan);
  Result<v1::GameDayStatus> start(const v1::StartRequest& request);
  Result<v1::GameDayStatus> abort(const std::string& id, const std::string& reason);
  Result<v1::StopReply> stop(const std::string& reason);
  Result<v1::StopReply> lift();
  Result<v1::ListReply> list();
  Result<v1::ShowReply> show(const std::string& id);
  // Until the game day is over; gives the last status.
  Result<v1::GameDayStatus> watch(const std::string& id,
                                  const std::function<void(const v1::GameDayStatus&)>& show);

 private:
  struct Parts;
  explicit ControllerClient(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chokepoint::cli
