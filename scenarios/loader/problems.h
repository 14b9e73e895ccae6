#pragma once
// Collects the mistakes of one load, the first kMaxErrors by position, each once.

#include <optional>
#include <set>
#include <string>

#include "scenarios/loader/load.h"
#include "scenarios/loader/source.h"

namespace chokepoint {

struct Problem {
  Position at;
  std::string message;
  std::string hint = {};
  Code code = Code::invalid_input;
};

class Problems {
 public:
  // From here on mistakes were seen in this variant only. It is named in their messages when they
  // stand outside its text, which goes from `begin` to `end`.
  struct Scope {
    std::string variant;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  void enter(std::optional<Scope> scope) { scope_ = std::move(scope); }

  // Whether a problem there would be among the first kMaxErrors. Asked before anything dear is done
  // to describe one.
  bool wants(const Position& at) const;

  // Drops what was reported before at the same place with the same words.
  void add(Problem problem);

  bool empty() const { return found_.empty(); }

  // In order of position.
  Errors take();

 private:
  struct InOrder {
    bool operator()(const Problem& a, const Problem& b) const;
  };

  std::set<Problem, InOrder> found_;
  std::optional<Scope> scope_;
};

// The error without a collector, for what ends the load at once.
Error error_from(const Problem& problem);

}  // namespace chokepoint
