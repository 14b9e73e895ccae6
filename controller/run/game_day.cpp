#include "controller/run/game_day.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>

#include "controller/compare/compare.h"
#include "controller/plan/states.h"
#include "controller/record/make_record.h"
#include "controller/run/guards.h"
#include "scenarios/base/quantity.h"
#include "scenarios/base/sorted.h"

namespace chokepoint::controller {
namespace {

constexpr double kTick = 0.1;  // seconds between two looks at the guards
constexpr double kSamplePeriod = 1;
constexpr double kToSteady = 15;  // beyond what the guards ask for
constexpr double kAskAgain = 10;  // for faults of which nobody knows whether they are reverted
constexpr double kShortestRenewal = 0.2;
constexpr double kToComeBack = 10;  // that agents have to dial a controller that was away

double wall_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::chrono::steady_clock::duration steady(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

GameDay::GameDay(Store& store, Registry& registry, const StoredGameDay& game_day, Askers askers,
                 NoteListener listener)
    : store_(store),
      registry_(registry),
      id_(game_day.id),
      plan_(game_day.plan),
      listener_(std::move(listener)),
      injections_(plan_, id_),
      askers_(std::move(askers)),
      progress_(game_day) {
  zero_ = Clock::now() + steady(plan_.deployment().guards().steady_before());
  registry_.add(this);
  enter(v1::GAME_DAY_STATE_STEADYING, "");
  thread_ = std::thread([this] { run(); });
}

GameDay::GameDay(Store& store, Registry& registry, const StoredGameDay& game_day,
                 const std::vector<StoredNote>& notes, NoteListener listener)
    : store_(store),
      registry_(registry),
      id_(game_day.id),
      plan_(game_day.plan),
      listener_(std::move(listener)),
      injections_(plan_, id_),
      progress_(game_day) {
  // By the wall's clock, and never before what is written down already: it may have been set back.
  double zero_wall = wall_now();
  double last_s = 0;
  for (const StoredNote& stored : notes) {
    const v1::GameDayNote& note = stored.note;
    progress_.apply(note);
    zero_wall = note.wall() - note.at_s();
    last_s = std::max(last_s, note.at_s());
    if (note.has_injection()) injections_.replay(note.injection(), note.at_s());
  }
  zero_ = Clock::now() - steady(std::max(wall_now() - zero_wall, last_s));
  is_anything_unknown_ = injections_.is_anything_unknown();
  registry_.add(this);
  thread_ = std::thread([this] { take_up(); });
}

GameDay::~GameDay() {
  registry_.remove(this);
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    something_.notify_all();
  }
  thread_.join();
}

double GameDay::at_s(Clock::time_point at) const {
  return std::chrono::duration<double>(at - zero_.load()).count();
}
double GameDay::now_s() const { return at_s(Clock::now()); }

void GameDay::abort(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (!abort_reason_.empty() || is_final(progress_.state())) return;
  abort_reason_ = reason;
  something_.notify_all();
}

std::string GameDay::reason_to_abort() const {
  const std::lock_guard lock(mutex_);
  return is_ending_ && abort_reason_.empty() ? "the controller ended" : abort_reason_;
}

v1::GameDayStatus GameDay::status() const {
  const std::lock_guard lock(mutex_);
  return progress_.status(now_s());
}

bool GameDay::is_over() const {
  const std::lock_guard lock(mutex_);
  return is_final(progress_.state());
}

bool GameDay::is_done() const {
  const std::lock_guard lock(mutex_);
  return is_done_;
}

bool GameDay::wait_until_over(double seconds) const {
  std::unique_lock lock(mutex_);
  return something_.wait_for(lock, steady(seconds), [&] { return is_final(progress_.state()); });
}

void GameDay::has_joined(const v1::Hello& hello) {
  const auto& agents = injections_.agents();
  if (!std::binary_search(agents.begin(), agents.end(), hello.agent())) return;
  const std::lock_guard lock(mutex_);
  if (is_done_) return;
  v1::Hello& joined = std::get<v1::Hello>(happened_.emplace_back(v1::Hello()));
  joined.set_agent(hello.agent());
  *joined.mutable_standing() = hello.standing();
  something_.notify_all();
}

void GameDay::has_beaten(const std::string& agent, const v1::Heartbeat& heartbeat) {
  if (!is_anything_unknown_) return;
  const auto& agents = injections_.agents();
  if (!std::binary_search(agents.begin(), agents.end(), agent)) return;
  const std::lock_guard lock(mutex_);
  if (is_done_) return;
  happened_.emplace_back(Beaten{agent, heartbeat});
  something_.notify_all();
}

void GameDay::has_told(const std::string& agent, const v1::OrderOutcome& outcome) {
  if (!injections_.is_about(agent, outcome)) return;
  const std::lock_guard lock(mutex_);
  if (is_done_) return;
  std::get<Told>(happened_.emplace_back(Told{agent, outcome})).outcome.clear_plan();
  something_.notify_all();
}

void GameDay::turned(const std::string& capability, const Turn& turn) {
  const std::lock_guard lock(mutex_);
  happened_.emplace_back(Turned{capability, turn});
  something_.notify_all();
}

void GameDay::asked(const std::string& capability, const Asked& one) {
  const std::lock_guard lock(mutex_);
  v1::SampleNote& sample = samples_[capability];
  sample.set_capability(capability);
  sample.set_asked(sample.asked() + 1);
  if (one.answer.is_good) sample.set_succeeded(sample.succeeded() + 1);
}

void GameDay::run() {
  for (auto& [capability, asker] : askers_) {
    probers_.push_back(std::make_unique<Prober>(
        capability, plan_.deployment().probes().at(capability), std::move(asker), *this));
  }
  if (is_steady()) {
    enter(v1::GAME_DAY_STATE_RUNNING, "");
    carry_out();
    reason_to_abort().empty() ? judge() : take_back();
  }
  for (const auto& prober : probers_) prober->stop();
  probers_.clear();
  wait_for_stragglers();
  finish();
}

void GameDay::take_up() {
  if (!is_over()) {
    abort("the controller was away");
    take_back(kToComeBack);
  }
  wait_for_stragglers();
  finish();
}

// Nothing that anybody says has a meaning for it from now on.
void GameDay::finish() {
  const std::lock_guard lock(mutex_);
  is_done_ = true;
  happened_.clear();
}

// All capabilities are up, for as long as the guards ask for; else nothing is begun.
bool GameDay::is_steady() {
  const double wanted = plan_.deployment().guards().steady_before();
  const Clock::time_point begun = Clock::now();
  Clock::time_point steady_since = begun;
  std::string missing;
  while (reason_to_abort().empty()) {
    wait(kTick);
    missing = progress_.unknown_capability();
    if (!progress_.down_since_s().empty()) missing = progress_.down_since_s().begin()->first;
    const Clock::time_point now = Clock::now();
    if (!missing.empty()) steady_since = now;
    if (missing.empty() && now - steady_since >= steady(wanted)) {
      zero_ = now;
      return true;
    }
    if (now - begun > steady(wanted + kToSteady)) break;
    zero_ = now + steady(wanted);
  }
  const std::string reason = reason_to_abort();
  enter(v1::GAME_DAY_STATE_REFUSED,
        reason.empty() ? fmt::format("'{}' is not well, and nothing was injected", missing)
                       : fmt::format("{}; nothing was injected", reason));
  return false;
}

void GameDay::carry_out() {
  const double length = length_of(plan_);
  while (reason_to_abort().empty()) {
    take_changes(injections_.due(now_s()));
    const double patience = longest_lease() + plan_.deployment().guards().revert_within();
    take_changes(injections_.give_up(now_s() - patience));
    renew();
    sample();
    guard();
    if (injections_.is_over() && now_s() >= length) return;
    const double next = injections_.next_due().value_or(std::numeric_limits<double>::infinity());
    wait(std::clamp(next - now_s(), 0.0, kTick));
  }
}

void GameDay::take_back(double at_least_s) {
  enter(v1::GAME_DAY_STATE_REVERTING, reason_to_abort());
  spdlog::warn("{}: {}; everything is taken back", id_, reason_to_abort());
  take_changes(injections_.revert_all(now_s()));
  const double until =
      now_s() + std::max(longest_lease(), at_least_s) + plan_.deployment().guards().revert_within();
  while (injections_.is_anything_out() && now_s() < until) {
    wait(kTick);
    sample();
    const std::lock_guard lock(mutex_);
    if (is_ending_) break;
  }
  if (!injections_.is_anything_out()) return enter(v1::GAME_DAY_STATE_ABORTED, reason_to_abort());
  take_changes(injections_.give_up(std::numeric_limits<double>::infinity()));
  enter(v1::GAME_DAY_STATE_NOT_REVERTED, reason_to_abort());
}

// Nothing is in place any more: was it as predicted?
void GameDay::judge() {
  sample();
  const auto notes = store_.notes_of(id_);
  if (!notes) return enter(v1::GAME_DAY_STATE_ABORTED, notes.error().message);
  const v1::RunRecord record = make_record(id_, plan_, *notes);
  const std::vector<Compared> compared = compare(plan_, record);
  const auto outside = std::find_if(compared.begin(), compared.end(),
                                    [](const Compared& one) { return !one.is_inside(); });
  if (outside == compared.end()) return enter(v1::GAME_DAY_STATE_HELD, "");
  enter(v1::GAME_DAY_STATE_DEVIATED, text_of(*outside));
}

// A fault that nobody could say anything about may be spoken of when its agent is asked again, or
// comes back, and a full disk may have room again.
void GameDay::wait_for_stragglers() {
  double asked_s = now_s();
  while (injections_.is_anything_out() || !unwritten_.empty()) {
    wait(1);
    if (now_s() - asked_s > kAskAgain) {
      asked_s = now_s();
      take_changes(injections_.revert_all(asked_s));
    }
    if (!unwritten_.empty()) write({});
    const std::lock_guard lock(mutex_);
    if (is_ending_) return;
  }
  if (progress_.state() == v1::GAME_DAY_STATE_NOT_REVERTED) {
    enter(v1::GAME_DAY_STATE_ABORTED, "everything is seen to be reverted, if late");
  }
}

void GameDay::wait(double seconds) {
  std::deque<Happened> happened;
  {
    std::unique_lock lock(mutex_);
    something_.wait_for(lock, steady(seconds), [&] {
      return !happened_.empty() || is_ending_ ||
             (!abort_reason_.empty() && progress_.state() == v1::GAME_DAY_STATE_RUNNING);
    });
    happened.swap(happened_);
  }
  take_in(happened);
}

// What many agents say at once is written down at once: a disk takes some milliseconds each time.
void GameDay::take_in(const std::deque<Happened>& happened) {
  std::vector<InjectionChange> changes;
  for (const Happened& one : happened) {
    if (const auto* told = std::get_if<Told>(&one)) {
      if (auto change = injections_.take(told->agent, told->outcome)) {
        changes.push_back(*std::move(change));
      }
    } else if (const auto* hello = std::get_if<v1::Hello>(&one)) {
      for (InjectionChange& change : injections_.take(*hello)) changes.push_back(std::move(change));
    } else if (const auto* beaten = std::get_if<Beaten>(&one)) {
      for (InjectionChange& change : injections_.take(beaten->agent, beaten->heartbeat)) {
        changes.push_back(std::move(change));
      }
    } else if (const auto* turned = std::get_if<Turned>(&one)) {
      take_changes(std::exchange(changes, {}));
      v1::GameDayNote note;
      note.set_at_s(at_s(turned->turn.at));
      note.mutable_probe()->set_capability(turned->capability);
      note.mutable_probe()->set_is_up(turned->turn.is_up);
      note.mutable_probe()->set_text(turned->turn.text);
      write({note});
    }
  }
  take_changes(changes);
}

// Written down first, then ordered. What cannot be written is not injected; it is reverted all the
// same.
void GameDay::take_changes(const std::vector<InjectionChange>& changes) {
  if (changes.empty()) return;
  is_anything_unknown_ = injections_.is_anything_unknown();
  std::vector<v1::GameDayNote> notes;
  for (const InjectionChange& change : changes) {
    v1::GameDayNote& note = notes.emplace_back();
    note.set_at_s(now_s());
    *note.mutable_injection() = change.note;
  }
  const bool is_written = write(notes);
  for (const InjectionChange& change : changes) {
    look_at(change.note);
    if (!change.order) continue;
    const bool is_injection = change.order->message.has_inject();
    if (is_injection && !is_written) {
      take_changes({injections_.not_sent(change.note.id(), "it could not be written down")});
    } else if (!registry_.order(change.order->agent, change.order->message) && is_injection) {
      take_changes({injections_.not_sent(change.note.id(), "its agent is not connected")});
    }
  }
}

// What a game day does not go on after.
void GameDay::look_at(const v1::InjectionNote& note) {
  const bool is_off = note.step() == v1::INJECTION_STEP_REFUSED ||
                      note.step() == v1::INJECTION_STEP_ENDED ||
                      note.step() == v1::INJECTION_STEP_UNKNOWN;
  if (!is_off) return;
  abort(fmt::format("injection {} is {}{}{}", note.id(), text_of(note.step()),
                    note.text().empty() ? "" : ": ", note.text()));
}

void GameDay::renew() {
  double shortest = std::numeric_limits<double>::infinity();
  for (const auto& pulse : registry_.pulses(injections_.agents())) {
    if (pulse) shortest = std::min(shortest, pulse->lease_s);
  }
  if (now_s() - renewed_s_ < std::max(kShortestRenewal, shortest / 4)) return;
  renewed_s_ = now_s();
  for (const AgentOrder& order : injections_.renewals())
    registry_.order(order.agent, order.message);
}

double GameDay::longest_lease() const {
  double longest = 0;
  for (const auto& pulse : registry_.pulses(injections_.agents())) {
    if (pulse) longest = std::max(longest, pulse->lease_s);
  }
  return longest;
}

void GameDay::sample() {
  if (now_s() - sampled_s_ < kSamplePeriod) return;
  sampled_s_ = now_s();
  std::vector<v1::GameDayNote> notes;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [capability, sample] : samples_) {
      v1::GameDayNote& note = notes.emplace_back();
      note.set_at_s(sampled_s_);
      *note.mutable_sample() = sample;
    }
    samples_.clear();
  }
  if (!notes.empty()) write(std::move(notes));
}

void GameDay::guard() {
  Sighting seen{.at_s = now_s(),
                .down_since_s = progress_.down_since_s(),
                .agents_hit = injections_.agents_hit()};
  const auto& agents = injections_.agents();
  const auto pulses = registry_.pulses(agents);
  for (std::size_t i = 0; i < agents.size(); ++i) {
    seen.silent_s.emplace_hint(
        seen.silent_s.end(), agents[i],
        pulses[i] ? pulses[i]->silent_s : std::numeric_limits<double>::infinity());
  }
  if (const auto reason = tripped(plan_, seen)) abort(*reason);
}

void GameDay::enter(v1::GameDayState state, const std::string& reason) {
  v1::GameDayNote note;
  note.set_at_s(now_s());
  note.mutable_state()->set_state(state);
  note.mutable_state()->set_reason(reason);
  spdlog::info("{} is {}{}{}", id_, text_of(state), reason.empty() ? "" : ": ", reason);
  write({note});
}

bool GameDay::write(std::vector<v1::GameDayNote> notes) {
  for (v1::GameDayNote& note : notes) note.set_wall(wall_now());
  unwritten_.insert(unwritten_.end(), notes.begin(), notes.end());
  const Result<std::int64_t> written = store_.notes(id_, unwritten_);
  if (written) unwritten_.clear();
  {
    const std::lock_guard lock(mutex_);
    for (const v1::GameDayNote& note : notes) progress_.apply(note);
    something_.notify_all();
  }
  if (!written) abort(written.error().message);
  if (store_.is_full()) abort("the controller's disk is full");
  for (const v1::GameDayNote& note : notes) listener_(note);
  return static_cast<bool>(written);
}

}  // namespace chokepoint::controller
