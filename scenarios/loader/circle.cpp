#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

constexpr std::size_t kLongestDrawn = 12;

// Depth-first search with a stack of its own: a chain may be longer than the call stack.
class CircleSearch {
 public:
  explicit CircleSearch(const Waits& waits) : waits_(waits) {}

  std::vector<std::string> find() {
    for (const auto& [name, unused] : waits_) {
      if (state_[name] != State::unseen) continue;
      enter(name);
      while (!way_.empty()) {
        if (step()) return circle_;
      }
    }
    return {};
  }

 private:
  enum class State { unseen, on_the_way, finished };
  struct Step {
    std::string name;
    std::size_t next = 0;
  };

  void enter(const std::string& name) {
    state_[name] = State::on_the_way;
    way_.push_back({name});
  }

  // Goes one step on; true when that closed a circle.
  bool step() {
    Step& here = way_.back();
    const auto found = waits_.find(here.name);
    if (found == waits_.end() || here.next == found->second.size()) {
      state_[here.name] = State::finished;
      way_.pop_back();
      return false;
    }
    const std::string next = found->second[here.next++];
    switch (state_[next]) {
      case State::unseen:
        enter(next);
        return false;
      case State::finished:
        return false;
      case State::on_the_way:
        break;
    }
    const auto first =
        std::find_if(way_.begin(), way_.end(), [&](const Step& s) { return s.name == next; });
    for (auto at = first; at != way_.end(); ++at) circle_.push_back(at->name);
    return true;
  }

  const Waits& waits_;
  std::map<std::string, State> state_;
  std::vector<Step> way_;
  std::vector<std::string> circle_;
};

}  // namespace

std::vector<std::string> circle_in(const Waits& waits) { return CircleSearch(waits).find(); }

std::string drawn(const std::vector<std::string>& circle) {
  if (circle.size() <= kLongestDrawn) {
    return fmt::format("{} -> {}", fmt::join(circle, " -> "), circle.front());
  }
  const auto some = std::vector<std::string>(circle.begin(), circle.begin() + kLongestDrawn / 2);
  return fmt::format("{} -> ({} more) -> {}", fmt::join(some, " -> "), circle.size() - some.size(),
                     circle.front());
}

}  // namespace chokepoint
