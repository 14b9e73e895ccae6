#include <fmt/format.h>

#include <cmath>

#include "controller/probes/http_exchange.h"
#include "controller/probes/kinds.h"
#include "controller/probes/prometheus_answer.h"

namespace chokepoint::controller {
namespace {

class PrometheusAsker final : public Asker {
 public:
  PrometheusAsker(const v1::PrometheusProbe& probe, Url url, double timeout)
      : exchange_(std::move(url)), probe_(probe), timeout_(timeout) {}

  Answer ask() override {
    const Deadline deadline(timeout_);
    const HttpAnswer answer = exchange_.run({}, deadline);
    if (!answer.failure.empty()) return deadline.bad(answer.failure);
    const Result<double> value = first_value(answer.body);
    constexpr int kOk = 200;
    if (answer.status != kOk) {  // with an error in JSON, if it is Prometheus that speaks
      return deadline.bad(fmt::format("status {}: {}", answer.status,
                                      value ? "a value all the same" : value.error().message));
    }
    if (answer.is_cut) return deadline.bad("the answer is longer than a MiB");
    if (!value) return deadline.bad(value.error().message);
    if (std::isnan(*value)) return deadline.bad("the value is not a number");
    if (probe_.has_at_least() && *value < probe_.at_least()) {
      return deadline.bad(fmt::format("{}, less than {}", *value, probe_.at_least()));
    }
    if (probe_.has_at_most() && *value > probe_.at_most()) {
      return deadline.bad(fmt::format("{}, more than {}", *value, probe_.at_most()));
    }
    return deadline.good(fmt::format("{}", *value));
  }

 private:
  HttpExchange exchange_;
  v1::PrometheusProbe probe_;
  double timeout_;
};

}  // namespace

Result<std::unique_ptr<Asker>> make_prometheus_asker(const v1::PrometheusProbe& probe,
                                                     double timeout) {
  if (!probe.has_at_least() && !probe.has_at_most()) {
    return Error{.code = Code::invalid_input,
                 .message = "a probe of Prometheus has no bound, so nothing could fail",
                 .hint = "write 'at_least: 1'"};
  }
  Result<Url> url = parse_url(probe.url());
  if (!url) return url.error();
  if (url->target.find('?') != std::string::npos) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("'{}' is a query already", one_line(probe.url())),
                 .hint = "'url' is that of the server; the question goes into 'query'"};
  }
  while (url->target.ends_with('/')) url->target.pop_back();
  url->target += "/api/v1/query?query=" + percent_encoded(probe.query());
  return std::unique_ptr<Asker>(std::make_unique<PrometheusAsker>(probe, *std::move(url), timeout));
}

}  // namespace chokepoint::controller
