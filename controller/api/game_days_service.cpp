#include "controller/api/game_days_service.h"

#include <fmt/format.h>

#include "controller/plan/states.h"
#include "controller/registry/agents_reply.h"
#include "scenarios/services/status.h"

namespace chokepoint::controller {
namespace {

const std::set<Role> kOperators = {Role::operator_};
const std::set<Role> kEverybody = {Role::operator_, Role::observer};
constexpr int kMostWatchers = 64;  // each holds a thread

// One call: let in, done, and what is refused is written down.
template <class Reply, class Work>
grpc::Status serve(Gate& gate, const grpc::ServerContextBase& context, const std::string& call,
                   const std::set<Role>& roles, const std::string& detail, bool regardless,
                   Reply* reply, Work work) {
  const Gate::Admission admission = gate.admit(context, call, roles, detail, regardless);
  if (!admission.status.ok()) return admission.status;
  const Result<Reply> done = work(admission.who.name);
  if (done) {
    *reply = *done;
    return grpc::Status::OK;
  }
  gate.refuse(context, admission.who, call, detail + ": " + done.error().message);
  return status_of(done.error());
}

}  // namespace

grpc::Status GameDaysService::Agents(grpc::ServerContext* context,
                                     const v1::AgentsRequest* /*request*/, v1::AgentsReply* reply) {
  return serve(gate_, *context, "Agents", kEverybody, "", false, reply,
               [&](const std::string& /*who*/) -> Result<v1::AgentsReply> {
                 return agents_reply(registry_);
               });
}

grpc::Status GameDaysService::Submit(grpc::ServerContext* context, const v1::SubmitRequest* request,
                                     v1::SubmitReply* reply) {
  const v1::GameDayPlan& plan = request->plan();
  const std::string detail =
      fmt::format("{} on {}, plan {}", plan.scenario(), plan.deployment().deployment(),
                  plan.prediction_sha256().substr(0, 64));
  return serve(gate_, *context, "Submit", kOperators, detail, false, reply,
               [&](const std::string& who) { return game_days_.submit(plan, who); });
}

grpc::Status GameDaysService::Start(grpc::ServerContext* context, const v1::StartRequest* request,
                                    v1::GameDayStatus* reply) {
  return serve(gate_, *context, "Start", kOperators, request->id(), false, reply,
               [&](const std::string& /*who*/) { return game_days_.start(*request); });
}

grpc::Status GameDaysService::Abort(grpc::ServerContext* context, const v1::AbortRequest* request,
                                    v1::GameDayStatus* reply) {
  return serve(gate_, *context, "Abort", kEverybody, request->id() + " " + request->reason(), true,
               reply, [&](const std::string& who) {
                 return game_days_.abort(request->id(), request->reason(), who);
               });
}

grpc::Status GameDaysService::Stop(grpc::ServerContext* context, const v1::StopRequest* request,
                                   v1::StopReply* reply) {
  return serve(gate_, *context, "Stop", kEverybody, request->reason(), true, reply,
               [&](const std::string& who) { return game_days_.stop(request->reason(), who); });
}

grpc::Status GameDaysService::Lift(grpc::ServerContext* context, const v1::LiftRequest* /*request*/,
                                   v1::StopReply* reply) {
  return serve(gate_, *context, "Lift", kOperators, "", false, reply,
               [&](const std::string& /*who*/) { return game_days_.lift(); });
}

grpc::Status GameDaysService::List(grpc::ServerContext* context, const v1::ListRequest* /*request*/,
                                   v1::ListReply* reply) {
  return serve(gate_, *context, "List", kEverybody, "", false, reply,
               [&](const std::string& /*who*/) { return game_days_.list(); });
}

grpc::Status GameDaysService::Show(grpc::ServerContext* context, const v1::ShowRequest* request,
                                   v1::ShowReply* reply) {
  return serve(gate_, *context, "Show", kEverybody, request->id(), false, reply,
               [&](const std::string& /*who*/) { return game_days_.show(request->id()); });
}

grpc::Status GameDaysService::Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                                    grpc::ServerWriter<v1::GameDayStatus>* writer) {
  const Gate::Admission admission =
      gate_.admit(*context, "Watch", kEverybody, request->id(), false);
  if (!admission.status.ok()) return admission.status;
  struct Count {
    explicit Count(std::atomic<int>& all) : all_(all) { ++all_; }
    ~Count() { --all_; }
    std::atomic<int>& all_;
  } const counted(watchers_);
  if (watchers_ > kMostWatchers) {
    return {grpc::StatusCode::UNAVAILABLE, fmt::format("{} watch already", kMostWatchers),
            "ask now and then instead: chokepoint gameday show"};
  }
  std::uint64_t seen = game_days_.news();
  while (!context->IsCancelled() && !is_ending_) {
    const Result<v1::GameDayStatus> status = game_days_.status(request->id());
    if (!status) return status_of(status.error());
    if (!writer->Write(*status) || is_final(status->state())) return grpc::Status::OK;
    seen = game_days_.wait_for_news(seen, 1);
  }
  return is_ending_ ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the controller ends")
                    : grpc::Status::CANCELLED;
}

}  // namespace chokepoint::controller
