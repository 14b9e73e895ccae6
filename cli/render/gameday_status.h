#pragma once
// How game days stand, and the agents that carry them out.

#include <string>
#include <vector>

#include "chokepoint/v1/game_days.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

// What can be said about one thing at this moment; it is news when it is not what was said before.
struct NewsLine {
  std::string about;
  std::string text;
};
// The game day itself, its injections and its capabilities; nothing about what is still to come.
std::vector<NewsLine> news_of(const v1::GameDayStatus& status, Colour colour);

// One line without an end: "12s of 1min43s  trade down (predicted)  view up  2 faults in place".
std::string standing_line(const v1::GameDayStatus& status, Colour colour);
// Seconds of a game day: "12.3s", "-3.0s" before it begins.
std::string clock_of(double at_s);

// What agents say that they would do.
std::string previews(const v1::GameDayPlan& plan, const v1::SubmitReply& reply, Colour colour);

std::string game_days_table(const v1::ListReply& reply, Colour colour);
std::string agents_table(const v1::AgentsReply& reply, Colour colour);

}  // namespace chokepoint::cli
