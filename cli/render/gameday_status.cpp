#include "cli/render/gameday_status.h"

#include <fmt/format.h>

#include "cli/render/reading.h"
#include "cli/render/table.h"
#include "controller/plan/states.h"

namespace chokepoint::cli {
namespace {

Tone tone_of(v1::GameDayState state) {
  switch (state) {
    case v1::GAME_DAY_STATE_HELD:
      return Tone::good;
    case v1::GAME_DAY_STATE_DEVIATED:
    case v1::GAME_DAY_STATE_ABORTED:
    case v1::GAME_DAY_STATE_NOT_REVERTED:
    case v1::GAME_DAY_STATE_REFUSED:
      return Tone::bad;
    case v1::GAME_DAY_STATE_STEADYING:
    case v1::GAME_DAY_STATE_RUNNING:
    case v1::GAME_DAY_STATE_REVERTING:
      return Tone::warning;
    case v1::GAME_DAY_STATE_UNSPECIFIED:
    case v1::GAME_DAY_STATE_PLANNED:
    case v1::GameDayState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::GameDayState_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Tone::plain;
  }
  return Tone::plain;
}

bool is_expected(const v1::CapabilityStatus& one) {
  return one.is_up() ? one.predicted_down() < 1 : one.predicted_down() > 0;
}

std::string capability_text(const v1::CapabilityStatus& one, Colour colour) {
  std::string text = fmt::format("{} {}", one.capability(), one.is_up() ? "up" : "down");
  if (!one.is_up() && is_expected(one)) text += ", as predicted";
  if (!is_expected(one)) text += one.is_up() ? ", predicted down" : ", not predicted";
  return paint(text, is_expected(one) ? (one.is_up() ? Tone::good : Tone::warning) : Tone::bad,
               colour);
}

const v1::PlannedInjection* find(const v1::GameDayPlan& plan, const std::string& id) {
  for (const v1::PlannedInjection& one : plan.injections()) {
    if (one.id() == id) return &one;
  }
  return nullptr;
}

}  // namespace

std::string clock_of(double at_s) { return fmt::format("{:.1f}s", at_s); }

std::vector<NewsLine> news_of(const v1::GameDayStatus& status, Colour colour) {
  std::vector<NewsLine> lines;
  std::string state(controller::text_of(status.state()));
  if (!status.reason().empty()) state += ": " + status.reason();
  if (!controller::is_final(status.state())) {
    lines.push_back({"", paint(state, tone_of(status.state()), colour)});
  }
  for (const v1::InjectionStatus& one : status.injections()) {
    if (one.step() == v1::INJECTION_STEP_UNSPECIFIED || one.step() == v1::INJECTION_STEP_ORDERED ||
        one.step() == v1::INJECTION_STEP_REVERT_ORDERED) {
      continue;
    }
    lines.push_back(
        {"injection " + one.id(),
         fmt::format("{} on {}: {}{}{}", one.id(), one.agent(), controller::text_of(one.step()),
                     one.text().empty() ? "" : ", ", one.text())});
  }
  for (const v1::PlannedWork& one : status.due()) {
    lines.push_back(
        {fmt::format("work {} {}", one.by(), one.action()),
         fmt::format("for people, by {}: {}, {}", clock_of(one.to_s()), one.by(), one.action())});
  }
  if (status.state() != v1::GAME_DAY_STATE_STEADYING) {
    for (const v1::CapabilityStatus& one : status.capabilities()) {
      lines.push_back({"capability " + one.capability(), capability_text(one, colour)});
    }
  }
  if (controller::is_final(status.state())) {
    lines.push_back({"", paint(state, tone_of(status.state()), colour)});
  }
  return lines;
}

std::string standing_line(const v1::GameDayStatus& status, Colour colour) {
  std::string line = fmt::format("{} of {}", clock_of(status.at_s()), clock_of(status.length_s()));
  for (const v1::CapabilityStatus& one : status.capabilities()) {
    line += "  " + capability_text(one, colour);
  }
  int out = 0;
  for (const v1::InjectionStatus& one : status.injections()) out += controller::is_out(one.step());
  return line + fmt::format("  {} {} in place", out, out == 1 ? "fault" : "faults");
}

std::string previews(const v1::GameDayPlan& plan, const v1::SubmitReply& reply, Colour colour) {
  Table table({Align::left, Align::left, Align::left});
  for (const v1::InjectionPreview& preview : reply.previews()) {
    const v1::PlannedInjection* planned = find(plan, preview.id());
    bool is_first = true;
    for (const std::string& line : preview.lines()) {
      table.add({{is_first ? preview.id() : ""},
                 {is_first && planned != nullptr ? planned->agent() : ""},
                 {line}});
      is_first = false;
    }
  }
  return paint("What the agents would do", Tone::strong, colour) + "\n" + table.text(colour);
}

std::string game_days_table(const v1::ListReply& reply, Colour colour) {
  std::string text;
  if (reply.stop().is_stopped()) {
    text = paint(fmt::format("Stopped by {}: {}", reply.stop().by(), reply.stop().reason()),
                 Tone::bad, colour) +
           "\n";
  }
  if (reply.game_days().empty()) return text + "no game days\n";
  Table table({Align::left, Align::left, Align::left, Align::left, Align::left});
  table.add({{"game day", Tone::dim},
             {"variant", Tone::dim},
             {"on", Tone::dim},
             {"by", Tone::dim},
             {"state", Tone::dim}});
  for (const v1::GameDayStatus& one : reply.game_days()) {
    std::string state(controller::text_of(one.state()));
    if (!one.reason().empty()) state += ": " + one.reason();
    table.add({{one.id()},
               {one.variant().empty() ? "base" : one.variant()},
               {one.deployment()},
               {one.by()},
               {state, tone_of(one.state())}});
  }
  return text + table.text(colour);
}

std::string agents_table(const v1::AgentsReply& reply, Colour colour) {
  if (reply.agents().empty()) return "no agents\n";
  Table table({Align::left, Align::left, Align::left, Align::left, Align::left});
  table.add({{"agent", Tone::dim},
             {"", Tone::dim},
             {"places", Tone::dim},
             {"in place", Tone::dim},
             {"may touch", Tone::dim}});
  for (const v1::AgentStatus& one : reply.agents()) {
    std::string places, targets, standing;
    for (const std::string& place : one.hello().places())
      places += (places.empty() ? "" : ", ") + place;
    for (const std::string& target : one.hello().targets()) {
      targets += (targets.empty() ? "" : ", ") + target;
    }
    for (const auto& fault : one.hello().standing()) {
      standing += (standing.empty() ? "" : ", ") + fault.object();
    }
    table.add(
        {{one.hello().agent()},
         {one.is_connected()
              ? "connected"
              : fmt::format("gone for {}", reading(one.silent_s(), v1::UNIT_DURATION)),
          one.is_connected() ? Tone::good : Tone::bad},
         {places},
         {standing.empty() ? "nothing" : standing, standing.empty() ? Tone::plain : Tone::warning},
         {targets}});
  }
  return table.text(colour);
}

}  // namespace chokepoint::cli
