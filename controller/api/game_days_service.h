#pragma once
// What people ask of a controller, over gRPC.

#include <atomic>

#include "chokepoint/v1/game_days.grpc.pb.h"
#include "controller/api/gate.h"
#include "controller/run/game_days.h"

namespace chokepoint::controller {

class GameDaysService final : public v1::GameDays::Service {
 public:
  GameDaysService(Gate& gate, GameDays& game_days, Registry& registry)
      : gate_(gate), game_days_(game_days), registry_(registry) {}

  // From now on those who watch are sent away, so that the server can end.
  void end() { is_ending_ = true; }

  grpc::Status Agents(grpc::ServerContext* context, const v1::AgentsRequest* request,
                      v1::AgentsReply* reply) override;
  grpc::Status Submit(grpc::ServerContext* context, const v1::SubmitRequest* request,
                      v1::SubmitReply* reply) override;
  grpc::Status Start(grpc::ServerContext* context, const v1::StartRequest* request,
                     v1::GameDayStatus* reply) override;
  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::GameDayStatus>* writer) override;
  grpc::Status Abort(grpc::ServerContext* context, const v1::AbortRequest* request,
                     v1::GameDayStatus* reply) override;
  grpc::Status Stop(grpc::ServerContext* context, const v1::StopRequest* request,
                    v1::StopReply* reply) override;
  grpc::Status Lift(grpc::ServerContext* context, const v1::LiftRequest* request,
                    v1::StopReply* reply) override;
  grpc::Status List(grpc::ServerContext* context, const v1::ListRequest* request,
                    v1::ListReply* reply) override;
  grpc::Status Show(grpc::ServerContext* context, const v1::ShowRequest* request,
                    v1::ShowReply* reply) override;

 private:
  Gate& gate_;
  GameDays& game_days_;
  Registry& registry_;
  std::atomic<int> watchers_ = 0;
  std::atomic<bool> is_ending_ = false;
};

}  // namespace chokepoint::controller
