#include <fmt/format.h>

#include "controller/probes/http_exchange.h"
#include "controller/probes/kinds.h"

namespace chokepoint::controller {
namespace {

class HttpAsker final : public Asker {
 public:
  HttpAsker(const v1::HttpProbe& probe, Url url, double timeout)
      : exchange_(std::move(url)),
        request_{
            .method = probe.method(), .body = probe.body(), .content_type = probe.content_type()},
        status_(static_cast<int>(probe.status())),
        contains_(probe.contains()),
        timeout_(timeout) {}

  Answer ask() override {
    const Deadline deadline(timeout_);
    const HttpAnswer answer = exchange_.run(request_, deadline);
    if (answer.status != 0 && answer.status != status_) {
      return deadline.bad(fmt::format("status {}", answer.status));
    }
    if (!answer.failure.empty()) return deadline.bad(answer.failure);
    if (answer.body.find(contains_) == std::string::npos) {
      return deadline.bad(fmt::format("does not contain '{}'{}", one_line(contains_, kShown),
                                      answer.is_cut ? " in its first MiB" : ""));
    }
    return deadline.good(std::to_string(answer.status));
  }

 private:
  static constexpr std::size_t kShown = 80;

  HttpExchange exchange_;
  HttpRequest request_;
  int status_;
  std::string contains_;
  double timeout_;
};

}  // namespace

Result<std::unique_ptr<Asker>> make_http_asker(const v1::HttpProbe& probe, double timeout) {
  Result<Url> url = parse_url(probe.url());
  if (!url) return url.error();
  for (const char c : probe.content_type()) {
    if (c < 0x20 || c == 0x7F) {
      return Error{.code = Code::invalid_input,
                   .message = "the content type of a probe has control characters"};
    }
  }
  return std::unique_ptr<Asker>(std::make_unique<HttpAsker>(probe, *std::move(url), timeout));
}

}  // namespace chokepoint::controller
