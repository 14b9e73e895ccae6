#include "controller/run/game_days.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>

#include "controller/plan/make_plan.h"
#include "controller/plan/states.h"
#include "controller/probes/asker.h"
#include "controller/probes/one_line.h"
#include "controller/record/make_record.h"
#include "controller/run/handed_in.h"
#include "scenarios/base/quantity.h"
#include "scenarios/base/sorted.h"
#include "scenarios/base/wall_clock.h"

namespace chokepoint::controller {
namespace {

constexpr double kToAnswer = 10;  // seconds that agents have to say what they would do
constexpr double kToEnd = 15;     // that game days have when the controller ends
constexpr std::size_t kLongestName = 32;
constexpr std::size_t kMostSaid = 8;          // mistakes of a plan that are told one by one
constexpr std::size_t kLongestMistake = 400;  // bytes: all of them go into headers of 8 kB
constexpr std::size_t kLongestReason = 500;   // bytes, why somebody aborts or stops

// Never given twice, so that no agent takes an order for one that it carried out long ago.
std::string new_id(const std::string& scenario) {
  std::random_device random;
  return fmt::format("{}-{:08x}", scenario.substr(0, kLongestName), random());
}

// Several mistakes as one error; the first one's code.
Error all_of(const std::vector<Error>& errors) {
  Error one;
  one.code = errors.front().code;
  for (std::size_t i = 0; i < std::min(errors.size(), kMostSaid); ++i) {
    one.message += (i == 0 ? "" : "\n") + one_line(errors[i].message, kLongestMistake);
    const std::string hint = one_line(errors[i].hint, kLongestMistake);
    if (!hint.empty() && one.hint.find(hint) == std::string::npos) {
      one.hint += (one.hint.empty() ? "" : "\n") + hint;
    }
  }
  if (errors.size() > kMostSaid) {
    one.message += fmt::format("\nand {} more", errors.size() - kMostSaid);
  }
  return one;
}

Code code_of(v1::OutcomeCode code) {
  switch (code) {
    case v1::OUTCOME_CODE_NOT_FOUND:
      return Code::not_found;
    case v1::OUTCOME_CODE_CONFLICT:
      return Code::conflict;
    case v1::OUTCOME_CODE_DENIED:
      return Code::denied;
    case v1::OUTCOME_CODE_UNAVAILABLE:
      return Code::unavailable;
    case v1::OUTCOME_CODE_TIMED_OUT:
      return Code::timed_out;
    case v1::OUTCOME_CODE_NOT_REVERTED:
      return Code::not_reverted;
    case v1::OUTCOME_CODE_UNSPECIFIED:
    case v1::OUTCOME_CODE_DONE:
    case v1::OUTCOME_CODE_INVALID_INPUT:
    case v1::OUTCOME_CODE_ENDED:
    case v1::OutcomeCode_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::OutcomeCode_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Code::invalid_input;
  }
  return Code::invalid_input;
}

Error denied(std::string message, std::string hint) {
  return {.code = Code::denied, .message = std::move(message), .hint = std::move(hint)};
}

Error not_found(const std::string& id) {
  return {.code = Code::not_found,
          .message = fmt::format("there is no game day '{}'", id),
          .hint = "chokepoint gameday list"};
}

}  // namespace

Result<std::unique_ptr<GameDays>> GameDays::open(const v1::ControllerConfig& config, Store& store,
                                                 Registry& registry, NoteListener listener) {
  std::unique_ptr<GameDays> game_days(new GameDays(config, store, registry, std::move(listener)));
  if (Status taken = game_days->take_up(); !taken) return taken.error();
  return game_days;
}

Status GameDays::take_up() {
  const auto all = store_.game_days();
  if (!all) return all.error();
  for (const StoredGameDay& stored : *all) {
    const auto notes = store_.notes_of(stored.id);
    if (!notes) return notes.error();
    Progress progress(stored);
    for (const StoredNote& note : *notes) progress.apply(note.note);
    const bool is_left =
        !is_final(progress.state()) && progress.state() != v1::GAME_DAY_STATE_PLANNED;
    if (!is_left && progress.state() != v1::GAME_DAY_STATE_NOT_REVERTED) continue;
    spdlog::warn("{} was left {}; taking it up", stored.id, text_of(progress.state()));
    running_[stored.id] = std::make_shared<GameDay>(
        store_, registry_, stored, *notes, [this](const v1::GameDayNote& note) { announce(note); });
    for (const v1::PlannedInjection& planned : stored.plan.injections()) {
      objects_[stored.id].insert(object_of(planned));
    }
  }
  return Ok{};
}

GameDays::~GameDays() { end(); }

bool GameDays::end() {
  const std::lock_guard starting(starting_);
  is_ending_ = true;
  const std::lock_guard lock(mutex_);
  bool is_clean = true;
  for (auto& [id, game_day] : running_) game_day->abort("the controller was ended");
  for (auto& [id, game_day] : running_) {
    is_clean = game_day->wait_until_over(kToEnd) && is_clean &&
               game_day->status().state() != v1::GAME_DAY_STATE_NOT_REVERTED;
  }
  running_.clear();
  return is_clean;
}

void GameDays::announce(const v1::GameDayNote& note) {
  listener_(note);
  const std::lock_guard lock(news_mutex_);
  ++news_;
  something_.notify_all();
}

std::uint64_t GameDays::news() const {
  const std::lock_guard lock(news_mutex_);
  return news_;
}

std::uint64_t GameDays::wait_for_news(std::uint64_t seen, double seconds) const {
  std::unique_lock lock(news_mutex_);
  something_.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return news_ > seen; });
  return news_;
}

Result<StoredGameDay> GameDays::find(const std::string& id) {
  auto found = store_.game_day(id);
  if (!found) return found.error();
  if (!*found) return not_found(one_line(id));
  return **std::move(found);
}

// Those of which everything is in the store are forgotten.
void GameDays::forget_done() {
  std::vector<std::shared_ptr<GameDay>> done;
  const std::lock_guard lock(mutex_);
  for (auto one = running_.begin(); one != running_.end();) {
    if (!one->second->is_done()) {
      ++one;
      continue;
    }
    done.push_back(std::move(one->second));
    objects_.erase(one->first);
    one = running_.erase(one);
  }
}

Result<std::vector<v1::InjectionPreview>> GameDays::previews(const std::string& id,
                                                             const v1::GameDayPlan& plan) {
  std::vector<std::pair<std::string, v1::ToAgent>> orders;
  std::random_device random;
  const unsigned turn = random();  // agents answer an order that they know from memory
  for (const v1::PlannedInjection& planned : plan.injections()) {
    v1::ToAgent order;
    order.set_order(fmt::format("{}-{}/plan-{:08x}", id, planned.id(), turn));
    order.mutable_plan()->set_fault(planned.fault());
    orders.emplace_back(planned.agent(), order);
  }
  const auto outcomes = registry_.ask(orders, kToAnswer);
  std::vector<v1::InjectionPreview> previews;
  std::vector<Error> against;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const v1::PlannedInjection& planned = plan.injections(static_cast<int>(i));
    if (!outcomes[i]) {
      const bool is_said = std::any_of(against.begin(), against.end(), [&](const Error& error) {
        return error.message == outcomes[i].error().message;
      });
      if (!is_said) against.push_back(outcomes[i].error());
      continue;
    }
    if (outcomes[i]->code() != v1::OUTCOME_CODE_DONE) {
      against.push_back({.code = code_of(outcomes[i]->code()),
                         .message = fmt::format("{} on {}: {}", planned.id(), planned.agent(),
                                                outcomes[i]->message()),
                         .hint = outcomes[i]->hint()});
      continue;
    }
    v1::InjectionPreview& preview = previews.emplace_back();
    preview.set_id(planned.id());
    preview.set_object(outcomes[i]->object());
    *preview.mutable_lines() = outcomes[i]->plan();
  }
  if (!against.empty()) return all_of(against);
  return previews;
}

Status GameDays::may_begin() {
  const auto stop = store_.stop();
  if (!stop) return stop.error();
  if (*stop) {
    return denied(fmt::format("{} stopped all game days: {}", (*stop)->by, (*stop)->reason),
                  "chokepoint gameday lift, when it is over");
  }
  if (!store_.is_full()) return Ok{};
  return Error{.code = Code::unavailable,
               .message = "the controller's disk is full",
               .hint = "make room, and start the controller again"};
}

Result<v1::SubmitReply> GameDays::submit(const v1::GameDayPlan& plan, const std::string& by) {
  if (Status fit = check_handed_in(plan, seconds_since_1970()); !fit) return fit.error();
  if (const auto against = objections(plan); !against.empty()) return all_of(against);
  for (const auto& [capability, probe] : plan.deployment().probes()) {
    if (const auto asker = make_asker(probe, config_); !asker) return asker.error();
  }
  if (Status may = may_begin(); !may) return may.error();
  if (Status free = are_free(plan); !free) return free.error();
  v1::SubmitReply reply;
  reply.set_id(new_id(plan.scenario()));
  const auto seen = previews(reply.id(), plan);
  if (!seen) return seen.error();
  for (const v1::InjectionPreview& preview : *seen) *reply.add_previews() = preview;
  const Status added =
      store_.add({.id = reply.id(), .by = by, .submitted_at = seconds_since_1970(), .plan = plan});
  if (!added) return added.error();
  return reply;
}

Status GameDays::are_free(const v1::GameDayPlan& plan) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> busy;
  for (const auto& [id, game_day] : running_) {
    if (!game_day->is_over()) busy.push_back(id);
  }
  for (const v1::PlannedInjection& planned : plan.injections()) {
    const std::string object = object_of(planned);
    for (const std::string& id : busy) {
      if (!objects_[id].contains(object)) continue;
      return Error{.code = Code::conflict,
                   .message = fmt::format("{} is on {} now", id, object),
                   .hint = fmt::format("wait for it, or: chokepoint gameday abort {}", id)};
    }
    const auto known = registry_.find(planned.agent());
    if (!known || known->standing.empty()) continue;
    return Error{.code = Code::conflict,
                 .message = fmt::format("a fault is in place on {}: {}", planned.agent(),
                                        known->standing.front().object()),
                 .hint = "take it back first: chokepoint-agent revert, on that host"};
  }
  return Ok{};
}

Result<v1::GameDayStatus> GameDays::start(const v1::StartRequest& request) {
  const std::lock_guard starting(starting_);
  forget_done();
  const auto stored = find(request.id());
  if (!stored) return stored.error();
  const v1::GameDayPlan& plan = stored->plan;
  const auto notes = store_.notes_of(stored->id);
  if (!notes) return notes.error();
  if (!notes->empty()) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("{} was begun before", stored->id),
                 .hint = "a plan is carried out once; submit it again"};
  }
  if (Status may = may_begin(); !may) return may.error();
  if (request.scenario_sha256() != plan.scenario_sha256()) {
    return denied("the scenario was changed since the plan was made", "plan again");
  }
  if (request.deployment_sha256() != plan.deployment_sha256()) {
    return denied("the deployment was changed since the plan was made", "plan again");
  }
  if (seconds_since_1970() > plan.expires_at()) {
    return denied(
        fmt::format("the plan is {} too old",
                    format_quantity(seconds_since_1970() - plan.expires_at(), v1::UNIT_DURATION)),
        "plan again: the system may be another by now");
  }
  if (const auto against = objections(plan); !against.empty()) return all_of(against);
  if (Status free = are_free(plan); !free) return free.error();
  if (const auto seen = previews(stored->id, plan); !seen) return seen.error();
  if (is_ending_) return Error{.code = Code::unavailable, .message = "the controller ends"};
  Askers askers;
  for (const std::string& capability : sorted_names(plan.deployment().probes())) {
    auto asker = make_asker(plan.deployment().probes().at(capability), config_);
    if (!asker) return asker.error();
    askers[capability] = *std::move(asker);
  }
  const auto game_day =
      std::make_shared<GameDay>(store_, registry_, *stored, std::move(askers),
                                [this](const v1::GameDayNote& note) { announce(note); });
  const std::lock_guard lock(mutex_);
  running_[stored->id] = game_day;
  for (const v1::PlannedInjection& planned : plan.injections()) {
    objects_[stored->id].insert(object_of(planned));
  }
  return game_day->status();
}

Result<v1::GameDayStatus> GameDays::abort(const std::string& id, const std::string& reason,
                                          const std::string& by) {
  std::shared_ptr<GameDay> game_day;
  {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(id);
    if (found != running_.end()) game_day = found->second;
  }
  if (!game_day) return status(id);  // nothing of it is in place
  game_day->abort(fmt::format("{} aborted it{}{}", by, reason.empty() ? "" : ": ",
                              one_line(reason, kLongestReason)));
  return game_day->status();
}

Result<v1::StopReply> GameDays::stop(const std::string& said_reason, const std::string& by) {
  const std::string reason = one_line(said_reason, kLongestReason);
  const std::string said =
      fmt::format("{} stopped all game days{}{}", by, reason.empty() ? "" : ": ", reason);
  const auto abort_all = [&] {
    const std::lock_guard lock(mutex_);
    for (auto& [id, game_day] : running_) game_day->abort(said);
  };
  abort_all();  // even when the stop cannot be written down
  const Status written = store_.set_stop(StandingStop{.by = by, .reason = reason});
  {
    const std::lock_guard starting(starting_);  // whoever was just about to begin
    abort_all();
  }
  if (!written) return written.error();
  v1::StopReply reply;
  reply.set_is_stopped(true);
  reply.set_by(by);
  reply.set_reason(reason);
  return reply;
}

Result<v1::StopReply> GameDays::lift() {
  if (Status written = store_.set_stop(std::nullopt); !written) return written.error();
  return v1::StopReply();
}

std::optional<v1::GameDayStatus> GameDays::status_of_running(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  return found == running_.end() ? std::nullopt : std::optional(found->second->status());
}

Result<v1::GameDayStatus> GameDays::status(const std::string& id) {
  if (auto running = status_of_running(id)) return *std::move(running);
  const auto stored = find(id);
  if (!stored) return stored.error();
  return status_of(*stored);
}

Result<v1::GameDayStatus> GameDays::status_of(const StoredGameDay& stored) {
  if (auto running = status_of_running(stored.id)) return *std::move(running);
  const auto notes = store_.notes_of(stored.id);
  if (!notes) return notes.error();
  Progress progress(stored);
  for (const StoredNote& note : *notes) progress.apply(note.note);
  return progress.status(0);
}

std::vector<v1::GameDayStatus> GameDays::running() const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::GameDayStatus> all;
  for (const auto& [id, game_day] : running_) all.push_back(game_day->status());
  return all;
}

Result<v1::ListReply> GameDays::list() {
  v1::ListReply reply;
  const auto all = store_.game_days();
  if (!all) return all.error();
  for (const StoredGameDay& one : *all) {
    auto status_of_one = status_of(one);
    if (!status_of_one) return status_of_one.error();
    *reply.add_game_days() = *std::move(status_of_one);
  }
  const auto stop = store_.stop();
  if (!stop) return stop.error();
  if (*stop) {
    reply.mutable_stop()->set_is_stopped(true);
    reply.mutable_stop()->set_by((*stop)->by);
    reply.mutable_stop()->set_reason((*stop)->reason);
  }
  return reply;
}

Result<v1::ShowReply> GameDays::show(const std::string& id) {
  const auto stored = find(id);
  if (!stored) return stored.error();
  const auto status_now = status(id);
  if (!status_now) return status_now.error();
  const auto notes = store_.notes_of(id);
  if (!notes) return notes.error();
  v1::ShowReply reply;
  *reply.mutable_plan() = stored->plan;
  *reply.mutable_status() = *status_now;
  *reply.mutable_record() = make_record(id, stored->plan, *notes);
  if (!is_final(status_now->state())) {
    reply.mutable_record()->set_outcome(v1::OUTCOME_UNSPECIFIED);  // nobody knows yet
  }
  return reply;
}

}  // namespace chokepoint::controller
