#pragma once
// chokepoint gameday start|watch|abort|stop|lift|list|show|agents: what people ask of a controller.

#include <string>

#include "chokepoint/v1/agent.pb.h"
#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct GameDayArguments {
  v1::ControllerAddress controller = {};
  std::string id = {};
  std::string reason = {};
  std::string plan = {};    // a file that `gameday plan --out` wrote
  std::string folder = {};  // for the record, its tables and the plan; empty: none is written
  bool is_detached = false;
  Output output = Output::timeline;
};

// What all of these end with when the controller refuses, or cannot be reached, is what fail()
// says.

// Hands the plan in, begins it, and watches until it is over. Exit::held, deviated, aborted or
// not_reverted as it ended; with is_detached Exit::held once it has begun.
Exit gameday_start(const GameDayArguments& arguments, const Io& io);
// Watches one until it is over; ends as it ends.
Exit gameday_watch(const GameDayArguments& arguments, const Io& io);
// Takes everything back, and watches that. Exit::aborted when everything is seen to be reverted.
Exit gameday_abort(const GameDayArguments& arguments, const Io& io);
// The stop, and its end. Exit::held when done.
Exit gameday_stop(const GameDayArguments& arguments, const Io& io);
Exit gameday_lift(const GameDayArguments& arguments, const Io& io);
// Exit::held.
Exit gameday_list(const GameDayArguments& arguments, const Io& io);
Exit gameday_agents(const GameDayArguments& arguments, const Io& io);
// What was predicted beside what happened. Ends as the game day ended; Exit::held before that.
Exit gameday_show(const GameDayArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
