#pragma once
// What a controller tells over HTTP, on its own host: figures, health, and, as JSON and as a stream
// of events, what a page for people needs. It only tells; whoever wants something done asks over
// gRPC.
//
//   GET /metrics                     Prometheus
//   GET /healthz /readyz             200 while it lives; while it can write, too
//   GET /api/v1/agents               AgentsReply's agents, with what stands on each
//   GET /api/v1/game-days            ListReply
//   GET /api/v1/game-days/ID         ShowReply
//   GET /api/v1/events               every note, from `Last-Event-ID` on, as server-sent events

#include <functional>
#include <memory>
#include <string>

#include "controller/http/metrics.h"
#include "controller/run/game_days.h"

namespace chokepoint::controller {

class Pages {
 public:
  // Listens when it returns. `refused` counts refused calls. Errors: unavailable when the address
  // is taken.
  static Result<std::unique_ptr<Pages>> start(const std::string& address, Store& store,
                                              Registry& registry, GameDays& game_days,
                                              Metrics& metrics, std::function<double()> refused);
  ~Pages();

  int port() const;

 private:
  struct Parts;
  explicit Pages(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chokepoint::controller
