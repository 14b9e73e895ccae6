#pragma once
// Feeds arbitrary bytes to what probes read from outside. The first byte says which: p(rometheus),
// u(rl), l(ine for people).

#include <cstdlib>
#include <string>
#include <string_view>

#include "controller/probes/address.h"
#include "controller/probes/one_line.h"
#include "controller/probes/prometheus_answer.h"

namespace chokepoint::controller {

// Abort, for a fuzzer to see, when a promise is broken.
inline void keep(bool promise) {
  if (!promise) std::abort();
}

inline void read_line(std::string_view bytes) {
  constexpr std::size_t kShort = 20;
  const std::string line = one_line(bytes, kShort);
  keep(line.size() <= kShort);
  keep(line.find_first_of("\r\n\t\x1b") == std::string::npos);
  keep(one_line(line, kShort) == line);
}

inline void read_url(std::string_view bytes) {
  const Result<Url> url = parse_url(bytes);
  if (url) {
    keep(url->target.starts_with('/') && url->target.find_first_of(" \r\n") == std::string::npos);
    keep(!url->authority.empty() && url->authority.find_first_of(" \r\n@") == std::string::npos);
    keep(!url->address.host.empty() && !url->address.port.empty());
  } else {
    keep(url.error().message.find('\n') == std::string::npos);
  }
  (void)parse_address(bytes);
}

inline void read_prometheus(std::string_view bytes) {
  const Result<double> value = first_value(bytes);
  if (!value) {
    keep(!value.error().message.empty());
    keep(value.error().message.find_first_of("\r\n") == std::string::npos);
  }
}

inline void read_bytes(std::string_view bytes) {
  if (bytes.empty()) return;
  const char which = bytes.front();
  bytes.remove_prefix(1);
  if (which == 'p') read_prometheus(bytes);
  if (which == 'u') read_url(bytes);
  if (which == 'l') read_line(bytes);
}

}  // namespace chokepoint::controller
