#include "cli/render/cause.h"

#include <fmt/format.h>

namespace chokepoint::cli {
namespace {

bool is_state_name(const std::string& text) {
  return text == "up" || text == "degraded" || text == "down";
}

}  // namespace

std::string because(const v1::RunRecord& record, const std::string& cause, double at_s) {
  if (cause.empty()) return "";
  const v1::Event* last = nullptr;
  for (const v1::Event& event : record.events()) {
    if (event.at_s() > at_s) break;
    if (event.subject() != cause || event.text().empty()) continue;
    const bool says_less =
        last != nullptr && last->at_s() == event.at_s() && is_state_name(event.text());
    if (!says_less) last = &event;
  }
  const bool says_nothing = last == nullptr || last->kind() == v1::EVENT_KIND_FAULT;
  return says_nothing ? cause : fmt::format("{}: {}", cause, last->text());
}

}  // namespace chokepoint::cli
