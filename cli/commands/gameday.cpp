#include "cli/commands/gameday.h"

#include <fmt/format.h>

#include "cli/fail.h"
#include "cli/game_day_files.h"
#include "cli/remote/controller_client.h"
#include "cli/render/gameday_status.h"
#include "cli/render/json.h"
#include "cli/render/observed.h"
#include "cli/run_folder.h"
#include "cli/watching.h"
#include "controller/plan/sha256.h"
#include "controller/plan/states.h"
#include "scenarios/loader/text_file.h"

namespace chokepoint::cli {
namespace {

constexpr std::uintmax_t kRoom = 64 << 10;

Exit exit_of_state(v1::GameDayState state) {
  switch (state) {
    case v1::GAME_DAY_STATE_HELD:
      return Exit::held;
    case v1::GAME_DAY_STATE_DEVIATED:
      return Exit::deviated;
    case v1::GAME_DAY_STATE_NOT_REVERTED:
      return Exit::not_reverted;
    case v1::GAME_DAY_STATE_ABORTED:
    case v1::GAME_DAY_STATE_REFUSED:
      return Exit::aborted;
    case v1::GAME_DAY_STATE_UNSPECIFIED:
    case v1::GAME_DAY_STATE_PLANNED:
    case v1::GAME_DAY_STATE_STEADYING:
    case v1::GAME_DAY_STATE_RUNNING:
    case v1::GAME_DAY_STATE_REVERTING:
    case v1::GameDayState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::GameDayState_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Exit::held;
  }
  return Exit::aborted;  // a state of a newer controller
}

// Connects, and does something with it.
template <class Work>
Exit with_controller(const GameDayArguments& arguments, const Io& io, Work work) {
  const auto client = ControllerClient::dial(arguments.controller);
  return client ? work(**client) : fail(io, client.error());
}

// Prints what a call came back with.
template <class Reply, class Render>
Exit show_reply(const GameDayArguments& arguments, const Io& io, const Result<Reply>& reply,
                Render render) {
  if (!reply) return fail(io, reply.error());
  const std::string text = arguments.output == Output::json ? message_json(*reply) : render(*reply);
  const Status printed = print(io.out, text);
  return printed ? Exit::held : fail(io, printed.error());
}

Result<std::string> sha256_of(const std::string& path) {
  const Result<std::string> text = read_text_file(path);
  if (!text) return text.error();
  return controller::sha256(*text);
}

std::string page_of(const v1::ShowReply& reply, Colour colour) {
  const v1::RunRecord& record = reply.record();
  const v1::GameDayPlan& plan = reply.plan();
  return observed(
      controller::compare_with_game_day(controller::prediction_of(plan), record, needed_by(plan)),
      record, colour);
}

Exit finish(ControllerClient& client, const GameDayArguments& arguments, const std::string& id,
            const Io& io) {
  const Result<v1::ShowReply> reply = client.show(id);
  if (!reply) return fail(io, reply.error());
  if (!arguments.folder.empty()) {
    Result<RunFolder> folder = RunFolder::open(arguments.folder, kRoom);
    if (!folder) return fail(io, folder.error());
    std::vector<RunFile> files = files_of(reply->record());
    files.push_back({"plan.json", plan_json(reply->plan())});
    if (Status written = folder->write(files); !written) return fail(io, written.error());
  }
  const Exit shown = show_reply(arguments, io, reply, [&](const v1::ShowReply& whole) {
    return page_of(whole, colour_for(io.out));
  });
  return shown == Exit::held ? exit_of_state(reply->status().state()) : shown;
}

Exit watch_and_finish(ControllerClient& client, const GameDayArguments& arguments,
                      const std::string& id, const Io& io) {
  Watching watching(io);
  const Result<v1::GameDayStatus> last =
      client.watch(id, [&](const v1::GameDayStatus& status) { watching.show(status); });
  watching.end();
  if (!last) return fail(io, last.error());
  return finish(client, arguments, id, io);
}

}  // namespace

Exit gameday_start(const GameDayArguments& arguments, const Io& io) {
  const Result<v1::GameDayPlan> plan = plan_in(arguments.plan);
  if (!plan) return fail(io, plan.error());
  v1::StartRequest request;
  const Result<std::string> scenario = sha256_of(plan->scenario_file());
  if (!scenario) return fail(io, scenario.error());
  const Result<std::string> deployment = sha256_of(plan->deployment_file());
  if (!deployment) return fail(io, deployment.error());
  request.set_scenario_sha256(*scenario);
  request.set_deployment_sha256(*deployment);
  return with_controller(arguments, io, [&](ControllerClient& client) {
    const Result<v1::SubmitReply> submitted = client.submit(*plan);
    if (!submitted) return fail(io, submitted.error());
    (void)print(io.err, previews(*plan, *submitted, colour_for(io.err)));
    request.set_id(submitted->id());
    const Result<v1::GameDayStatus> started = client.start(request);
    if (!started) return fail(io, started.error());
    (void)print(io.err, fmt::format("{} has begun; Ctrl-C ends watching only, and `chokepoint "
                                    "gameday abort {}` takes everything back\n",
                                    submitted->id(), submitted->id()));
    if (arguments.is_detached) {
      return show_reply(arguments, io, started,
                        [](const v1::GameDayStatus& status) { return status.id() + "\n"; });
    }
    return watch_and_finish(client, arguments, submitted->id(), io);
  });
}

Exit gameday_watch(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    return watch_and_finish(client, arguments, arguments.id, io);
  });
}

Exit gameday_abort(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    const Result<v1::GameDayStatus> status = client.abort(arguments.id, arguments.reason);
    if (!status) return fail(io, status.error());
    if (status->state() == v1::GAME_DAY_STATE_PLANNED) {
      return fail(io, Error{.code = Code::conflict,
                            .message = fmt::format("{} was never begun", arguments.id)});
    }
    return watch_and_finish(client, arguments, arguments.id, io);
  });
}

Exit gameday_stop(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    return show_reply(arguments, io, client.stop(arguments.reason), [](const v1::StopReply&) {
      return "every game day is aborted, and none may begin; `chokepoint gameday list` says what "
             "became of them\n";
    });
  });
}

Exit gameday_lift(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    return show_reply(arguments, io, client.lift(),
                      [](const v1::StopReply&) { return "game days may begin again\n"; });
  });
}

Exit gameday_list(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    return show_reply(arguments, io, client.list(), [&](const v1::ListReply& reply) {
      return game_days_table(reply, colour_for(io.out));
    });
  });
}

Exit gameday_agents(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    return show_reply(arguments, io, client.agents(), [&](const v1::AgentsReply& reply) {
      return agents_table(reply, colour_for(io.out));
    });
  });
}

Exit gameday_show(const GameDayArguments& arguments, const Io& io) {
  return with_controller(arguments, io, [&](ControllerClient& client) {
    return finish(client, arguments, arguments.id, io);
  });
}

}  // namespace chokepoint::cli
