#pragma once
// One request over HTTP/1.1 and its answer, on a connection of its own, in bounded time and memory.

#include <memory>
#include <string>

#include "controller/probes/address.h"
#include "controller/probes/connect.h"
#include "controller/probes/deadline.h"

namespace chokepoint::controller {

inline constexpr std::size_t kLargestBody = std::size_t{1} << 20U;  // bytes that are read
inline constexpr std::size_t kLargestHead = std::size_t{64} << 10U;

struct HttpRequest {
  std::string method = "GET";
  std::string body = {};
  std::string content_type = {};  // said only with a body
};

struct HttpAnswer {
  int status = 0;       // 0: none came
  std::string body;     // its first kLargestBody bytes
  bool is_cut = false;  // there was more, which was not read
  // Why the answer is not whole, as a text for people; empty when all came that is read.
  std::string failure;
};

// Redirections are answers and are not followed; nothing is compressed; proxies that the
// environment names are not used. Certificates of https are held against the authorities of the
// host that asks (or the file that SSL_CERT_FILE names). Thread rule: as for an Asker.
class HttpExchange {
 public:
  explicit HttpExchange(Url url);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  HttpAnswer run(const HttpRequest& request, const Deadline& deadline);

 private:
  struct Authorities;  // hides the TLS library

  Url url_;
  Lookup lookup_;
  std::unique_ptr<Authorities> authorities_;  // null for http
};

}  // namespace chokepoint::controller
