#pragma once
// The controller as others reach it: agents and people over gRPC.

#include <memory>

#include "chokepoint/v1/controller.pb.h"
#include "controller/run/game_days.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

// What a controller's configuration gets wrong that its schema cannot say: certificates that are
// missing beyond the loopback interface, or only in part; HTTP beyond it; commands without a path.
Status check_config(const v1::ControllerConfig& config);

class Gate;

class Server {
 public:
  // Listens when it returns. Errors: of the certificates (denied, unavailable), unavailable when
  // the address is taken.
  static Result<std::unique_ptr<Server>> start(const v1::ControllerConfig& config, Store& store,
                                               Registry& registry, GameDays& game_days);
  // Hangs up on everybody.
  ~Server();

  int port() const;
  const Gate& gate() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chokepoint::controller
