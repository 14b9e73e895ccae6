#include "agents/faults/service_rule.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/network.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

using proxy::Kind;

std::string duration(double seconds) { return format_quantity(seconds, v1::UNIT_DURATION); }

std::string around(double delay, double jitter) {
  return jitter > 0 ? fmt::format("{} +- {}", duration(delay), duration(jitter)) : duration(delay);
}

std::string of(double share) { return format_quantity(share, v1::UNIT_RATIO); }

Status check_jitter(double delay, double jitter) {
  if (jitter <= delay) return Ok{};
  return Error{.code = Code::invalid_input,
               .message = "a jitter above the delay would let answers go before they came"};
}

Status check_speaks(const v1::ServiceTarget& target, const std::string& service,
                    const std::string& wanted) {
  if (target.speaks() == wanted) return Ok{};
  return Error{.code = Code::invalid_input,
               .message = fmt::format("{} speaks {}, not {}", service, target.speaks(), wanted),
               .hint = "'speaks' in the agent's configuration says what a service speaks"};
}

void set_directions(proxy::Rule& rule, v1::Direction direction) {
  rule.up = goes_in(direction);
  rule.down = goes_out(direction);
}

std::string text_of(v1::Direction direction) {
  if (direction == v1::DIRECTION_IN) return "to";
  return direction == v1::DIRECTION_OUT ? "from" : "to and from";
}

std::string requests(const std::string& method, const std::string& path) {
  return fmt::format("{} requests{}", method.empty() ? "all" : method,
                     path.empty() ? "" : " to " + path);
}

Status fill(const v1::StreamDelay& fault, ServiceRule& made) {
  made.rule.kind = Kind::delay;
  set_directions(made.rule, fault.direction());
  made.rule.delay_s = fault.delay();
  made.rule.jitter_s = fault.jitter();
  made.rule.share = fault.share();
  made.plan = fmt::format("hold what goes {} {} for {}, in {} of its connections",
                          text_of(fault.direction()), made.service,
                          around(fault.delay(), fault.jitter()), of(fault.share()));
  return check_jitter(fault.delay(), fault.jitter());
}

Status fill(const v1::StreamBandwidth& fault, ServiceRule& made) {
  made.rule.kind = Kind::bandwidth;
  set_directions(made.rule, fault.direction());
  made.rule.bytes_per_s = fault.rate();
  made.rule.share = fault.share();
  made.plan = fmt::format("let no more than {} go {} {}, over {} of its connections together",
                          format_quantity(fault.rate(), v1::UNIT_BANDWIDTH),
                          text_of(fault.direction()), made.service, of(fault.share()));
  return Ok{};
}

Status fill(const v1::ConnectionReset& fault, ServiceRule& made) {
  made.rule.kind = Kind::reset;
  made.rule.delay_s = fault.wait();
  made.rule.share = fault.share();
  made.plan = fmt::format("reset {} of the connections of {}, {} after they were accepted",
                          of(fault.share()), made.service, duration(fault.wait()));
  return Ok{};
}

Status fill(const v1::HttpDelay& fault, ServiceRule& made) {
  made.rule.kind = Kind::http_delay;
  made.rule.delay_s = fault.delay();
  made.rule.jitter_s = fault.jitter();
  made.rule.share = fault.share();
  made.rule.method = fault.method();
  made.rule.path = fault.path();
  made.plan = fmt::format("hold {} of {} of {} for {}", of(fault.share()),
                          requests(fault.method(), fault.path()), made.service,
                          around(fault.delay(), fault.jitter()));
  return check_jitter(fault.delay(), fault.jitter());
}

Status fill(const v1::HttpAbort& fault, ServiceRule& made) {
  made.rule.kind = Kind::http_abort;
  made.rule.status = fault.status();
  made.rule.share = fault.share();
  made.rule.method = fault.method();
  made.rule.path = fault.path();
  made.plan = fmt::format("answer {} of {} of {} with {}", of(fault.share()),
                          requests(fault.method(), fault.path()), made.service, fault.status());
  return Ok{};
}

Status fill(const v1::RpcAnswer& fault, ServiceRule& made) {
  if (!nlohmann::json::accept(fault.result())) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("'{}' is no JSON", fault.result()),
                 .hint = "a text needs quotes of its own: result: '\"0x0\"'"};
  }
  for (const std::string& reader : fault.readers()) {
    if (const Result<Network> network = parse_network(reader); !network) return network.error();
  }
  made.rule.kind = Kind::rpc_answer;
  made.rule.method = fault.method();
  made.rule.result = fault.result();
  made.rule.readers = {fault.readers().begin(), fault.readers().end()};
  made.rule.share = fault.share();
  made.plan =
      fmt::format("tell {} that {} gave {}, in {} of its requests",
                  made.rule.readers.empty() ? "everybody"
                                            : fmt::format("{}", fmt::join(made.rule.readers, ", ")),
                  fault.method(), fault.result(), of(fault.share()));
  return Ok{};
}

Status fill(const v1::DnsAnswer& fault, ServiceRule& made) {
  made.rule.kind = Kind::dns_answer;
  made.rule.answer = fault.answer();
  made.rule.address = fault.address();
  made.rule.names = {fault.names().begin(), fault.names().end()};
  made.rule.delay_s = fault.delay();
  made.rule.share = fault.share();
  std::array<unsigned char, 16> address{};
  const char* const given = fault.address().c_str();
  if (fault.answer() == "wrong" && ::inet_pton(AF_INET, given, address.data()) != 1 &&
      ::inet_pton(AF_INET6, given, address.data()) != 1) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("'{}' is no address to answer with", fault.address()),
                 .hint = "write 'address' beside 'answer: wrong'"};
  }
  if ((fault.answer() == "slow") != (fault.delay() > 0)) {
    return Error{.code = Code::invalid_input,
                 .message = "'delay' and 'answer: slow' belong together"};
  }
  made.plan = fmt::format(
      "answer {} of the queries for {} with: {}", of(fault.share()),
      made.rule.names.empty() ? "all names" : fmt::format("{}", fmt::join(made.rule.names, ", ")),
      fault.answer() == "wrong"  ? fault.address()
      : fault.answer() == "slow" ? "the truth, after " + duration(fault.delay())
                                 : fault.answer());
  return Ok{};
}

template <class Fault>
Result<ServiceRule> made_of(const v1::AgentConfig& config, const Fault& fault,
                            const std::string& speaks) {
  const auto target = allowed(config.services(), fault.service(), "service");
  if (!target) return target.error();
  if (!speaks.empty()) {
    if (Status fits = check_speaks(*target, fault.service(), speaks); !fits) return fits.error();
  }
  ServiceRule made{.service = fault.service(), .target = *target, .rule = {}, .plan = {}};
  if (Status filled = fill(fault, made); !filled) return filled.error();
  return made;
}

}  // namespace

Result<ServiceRule> service_rule(const v1::AgentConfig& config, const v1::PrimitiveFault& fault) {
  switch (fault.kind_case()) {
    case v1::PrimitiveFault::kStreamDelay:
      return made_of(config, fault.stream_delay(), "");
    case v1::PrimitiveFault::kStreamBandwidth:
      return made_of(config, fault.stream_bandwidth(), "");
    case v1::PrimitiveFault::kConnectionReset:
      return made_of(config, fault.connection_reset(), "");
    case v1::PrimitiveFault::kHttpDelay:
      return made_of(config, fault.http_delay(), "http");
    case v1::PrimitiveFault::kHttpAbort:
      return made_of(config, fault.http_abort(), "http");
    case v1::PrimitiveFault::kRpcAnswer:
      return made_of(config, fault.rpc_answer(), "http");
    case v1::PrimitiveFault::kDnsAnswer:
      return made_of(config, fault.dns_answer(), "dns");
    default:
      return Error{.code = Code::invalid_input, .message = "no fault on a service"};
  }
}

}  // namespace chokepoint::agents
