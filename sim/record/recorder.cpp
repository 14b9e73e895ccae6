#include "sim/record/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace chokepoint::sim {

void Recorder::mix(const std::string& text) {
  for (const char c : text) {
    hash_ ^= static_cast<unsigned char>(c);
    hash_ *= 0x100000001b3ULL;
  }
  hash_ ^= 0xff;
  hash_ *= 0x100000001b3ULL;
}

void Recorder::mix(double number) {
  auto bits = std::bit_cast<std::uint64_t>(number);
  for (int byte = 0; byte < 8; ++byte, bits >>= 8) {
    hash_ ^= bits & 0xff;
    hash_ *= 0x100000001b3ULL;
  }
}

void Recorder::inject(v1::Primitive primitive, const std::string& target, const std::string& fault,
                      double value, const std::string& peer) {
  v1::Injection* injection = record_.add_injections();
  injection->set_at_s(kernel_.now());
  injection->set_primitive(primitive);
  injection->set_target(target);
  injection->set_peer(peer);
  injection->set_value(value);
  injection->set_fault(fault);
  mix(kernel_.now());
  mix(static_cast<double>(primitive));
  mix(target);
  mix(peer);
  mix(value);
}

void Recorder::event(v1::EventKind kind, const std::string& subject, const std::string& text,
                     const std::string& cause) {
  v1::Event* event = record_.add_events();
  event->set_at_s(kernel_.now());
  event->set_kind(kind);
  event->set_subject(subject);
  event->set_text(text);
  event->set_cause(cause);
  mix(kernel_.now());
  mix(static_cast<double>(kind));
  mix(subject);
  mix(text);
}

bool Recorder::state(const std::string& scope, const std::string& subject, const std::string& state,
                     const std::string& cause) {
  const double now = kernel_.now();
  const Key key{scope, subject};
  if (const auto last = open_.find(key); last != open_.end()) {
    v1::Interval* interval = record_.mutable_intervals(last->second);
    if (interval->state() == state) return false;
    interval->set_to_s(now);
  }
  open_[key] = record_.intervals_size();
  v1::Interval* interval = record_.add_intervals();
  interval->set_from_s(now);
  interval->set_to_s(now);
  interval->set_scope(scope);
  interval->set_subject(subject);
  interval->set_state(state);
  interval->set_cause(cause);
  return true;
}

void Recorder::end(const std::string& scope, const std::string& subject) {
  const auto last = open_.find(Key{scope, subject});
  if (last == open_.end()) return;
  record_.mutable_intervals(last->second)->set_to_s(kernel_.now());
  open_.erase(last);
}

void Recorder::column(const std::string& scope, const std::string& subject,
                      const std::string& metric, double value) {
  v1::Samples* samples = record_.mutable_samples();
  const auto [found, is_new] =
      columns_.try_emplace({{scope, subject}, metric}, samples->columns_size());
  if (is_new) {
    v1::Column* column = samples->add_columns();
    column->set_scope(scope);
    column->set_subject(subject);
    column->set_metric(metric);
  }
  samples->mutable_columns(found->second)->add_values(value);
}

void Recorder::close() {
  for (const auto& [key, index] : open_) record_.mutable_intervals(index)->set_to_s(kernel_.now());
  open_.clear();
  auto* intervals = record_.mutable_intervals();
  intervals->erase(std::remove_if(intervals->begin(), intervals->end(),
                                  [](const v1::Interval& interval) {
                                    return interval.to_s() <= interval.from_s();
                                  }),
                   intervals->end());
}

std::string Recorder::fingerprint() const { return fmt::format("{:016x}", hash_); }

}  // namespace chokepoint::sim
