#include "scenarios/loader/problems.h"

#include <fmt/format.h>

#include <iterator>
#include <tuple>

namespace chokepoint {

bool Problems::InOrder::operator()(const Problem& a, const Problem& b) const {
  return std::forward_as_tuple(a.at.source->rank(), a.at.offset, a.message) <
         std::forward_as_tuple(b.at.source->rank(), b.at.offset, b.message);
}

bool Problems::wants(const Position& at) const {
  if (found_.size() < kMaxErrors) return true;
  const Position& last = std::prev(found_.end())->at;
  return std::tuple(at.source->rank(), at.offset) <= std::tuple(last.source->rank(), last.offset);
}

void Problems::add(Problem problem) {
  if (!wants(problem.at) || found_.contains(problem)) return;
  if (scope_ && (problem.at.source->rank() != 0 || problem.at.offset < scope_->begin ||
                 problem.at.offset >= scope_->end)) {
    problem.message += fmt::format(" (in variant '{}')", scope_->variant);
  }
  found_.insert(std::move(problem));
  if (found_.size() > kMaxErrors) found_.erase(std::prev(found_.end()));
}

Errors Problems::take() {
  Errors errors;
  for (const Problem& problem : found_) errors.push_back(error_from(problem));
  found_.clear();
  return errors;
}

Error error_from(const Problem& problem) {
  const Position& at = problem.at;
  return {.code = problem.code,
          .message = problem.message,
          .where = at.source->span(at.offset, at.length),
          .hint = problem.hint,
          .source_line = std::string(at.source->line_at(at.offset))};
}

}  // namespace chokepoint
