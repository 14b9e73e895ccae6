#include "controller/http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>

namespace chokepoint::controller {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2,
                                                          0.5,   1,    2,    5,    10};

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name,
                                 const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, kSeconds);
}

}  // namespace

struct Metrics::Series {
  explicit Series(prometheus::Registry& registry)
      : agents(gauge(registry, "chokepoint_controller_agents_connected", "Agents that are here.")),
        running(gauge(registry, "chokepoint_controller_game_days_running", "Game days under way.")),
        out(gauge(registry, "chokepoint_controller_faults_out",
                  "Faults that are in place, or perhaps in place.")),
        unknown(gauge(registry, "chokepoint_controller_faults_unknown",
                      "Faults of which nobody can say whether they are in place.")),
        stopped(gauge(registry, "chokepoint_controller_stopped", "1 while no game day may begin.")),
        full(gauge(registry, "chokepoint_controller_disk_full",
                   "1 since there was no room to write something down.")),
        refused(counter(registry, "chokepoint_controller_calls_refused_total",
                        "Calls that were refused.")),
        ended(counter(registry, "chokepoint_controller_faults_ended_early_total",
                      "Faults that ended before their time.")),
        inject(histogram(registry, "chokepoint_controller_inject_seconds",
                         "What agents took from an order to the witness that saw the fault.")),
        revert(histogram(registry, "chokepoint_controller_revert_seconds",
                         "What they took to the witness that saw none.")) {}
  prometheus::Gauge& agents;
  prometheus::Gauge& running;
  prometheus::Gauge& out;
  prometheus::Gauge& unknown;
  prometheus::Gauge& stopped;
  prometheus::Gauge& full;
  prometheus::Counter& refused;
  prometheus::Counter& ended;
  prometheus::Histogram& inject;
  prometheus::Histogram& revert;
};

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      series_(std::make_unique<Series>(*registry_)) {}
Metrics::~Metrics() = default;

void Metrics::observe(const v1::GameDayNote& note) {
  if (!note.has_injection()) return;
  const v1::InjectionStep step = note.injection().step();
  if (step == v1::INJECTION_STEP_INJECTED) series_->inject.Observe(note.injection().took_s());
  if (step == v1::INJECTION_STEP_REVERTED) series_->revert.Observe(note.injection().took_s());
  if (step == v1::INJECTION_STEP_ENDED) series_->ended.Increment();
}

std::string Metrics::text(const Now& now) {
  series_->agents.Set(now.agents_connected);
  series_->running.Set(now.game_days_running);
  series_->out.Set(now.faults_out);
  series_->unknown.Set(now.faults_unknown);
  series_->stopped.Set(now.is_stopped ? 1 : 0);
  series_->full.Set(now.is_full ? 1 : 0);
  series_->refused.Increment(now.refused - series_->refused.Value());
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, registry_->Collect());
  return text.str();
}

}  // namespace chokepoint::controller
