#include "controller/probes/http_exchange.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <limits>
#include <optional>

namespace chokepoint::controller {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using beast::error_code;
using Socket = asio::ip::tcp::socket;

// Runs operations of a stream one after the other, each at most until the deadline.
class Steps {
 public:
  Steps(asio::io_context& context, Socket& socket, const Deadline& deadline)
      : context_(context), socket_(socket), deadline_(deadline) {}

  // `begin` starts an operation that calls its argument when it is through.
  template <class Begin>
  error_code run(Begin begin) {
    std::optional<error_code> result;
    begin([&result](error_code error, std::size_t = 0) { result = error; });
    context_.restart();
    context_.run_until(deadline_.at());
    if (result) return *result;
    error_code ignored;
    socket_.close(ignored);  // ends the operation, which still points to what is on our stack
    context_.restart();
    context_.run();
    return beast::error::timeout;
  }

  std::string text_of(error_code error) const {
    if (error == beast::error::timeout) return deadline_.missed("answer");
    if (error == http::error::end_of_stream || error == http::error::partial_message ||
        error == ssl::error::stream_truncated || error == asio::error::eof) {
      return "the connection ended before the answer did";
    }
    if (error.category() == http::make_error_code(http::error::end_of_stream).category()) {
      return "the answer is no HTTP: " + error.message();
    }
    std::string text = error.message();
    if (text.size() > 1 && text[1] >= 'a' && text[0] >= 'A' && text[0] <= 'Z') {
      text[0] = static_cast<char>(text[0] | 0x20);
    }
    return text;
  }

 private:
  asio::io_context& context_;
  Socket& socket_;
  const Deadline& deadline_;
};

http::request<http::string_body> written(const HttpRequest& wanted, const Url& url) {
  constexpr unsigned kHttp11 = 11;
  http::request<http::string_body> request;
  request.method_string(wanted.method);
  request.target(url.target);
  request.version(kHttp11);
  request.set(http::field::host, url.authority);
  request.set(http::field::user_agent, "chokepoint");
  request.set(http::field::accept, "*/*");
  request.set(http::field::connection, "close");
  if (!wanted.body.empty()) request.set(http::field::content_type, wanted.content_type);
  request.body() = wanted.body;
  request.prepare_payload();
  return request;
}

using Parser = http::response_parser<http::buffer_body>;

// What comes before the answer proper, such as 103 Early Hints.
bool is_interim(const Parser& parser) {
  constexpr unsigned kContinue = 100;
  constexpr unsigned kSwitching = 101;
  constexpr unsigned kOk = 200;
  const unsigned status = parser.get().result_int();
  return status >= kContinue && status < kOk && status != kSwitching;
}

template <class Stream>
error_code read_body(Steps& steps, Stream& stream, beast::flat_buffer& buffer, Parser& parser,
                     HttpAnswer& answer) {
  std::string piece(std::size_t{64} << 10U, '\0');
  while (!parser.is_done()) {
    auto& room = parser.get().body();
    room.data = piece.data();
    room.size = piece.size();
    const error_code error =
        steps.run([&](auto done) { http::async_read_some(stream, buffer, parser, done); });
    answer.body.append(piece, 0, piece.size() - room.size);
    if (answer.body.size() > kLargestBody) {
      answer.body.resize(kLargestBody);
      answer.is_cut = true;
      return {};
    }
    // Many servers end a connection without TLS's own farewell.
    if (error == ssl::error::stream_truncated && parser.need_eof()) return {};
    if (error && error != http::error::need_buffer) return error;
  }
  return {};
}

template <class Stream>
HttpAnswer speak(Steps& steps, Stream& stream, const HttpRequest& wanted, const Url& url) {
  HttpAnswer answer;
  const auto request = written(wanted, url);
  error_code error = steps.run([&](auto done) { http::async_write(stream, request, done); });
  // A server that has seen enough may answer and hang up before the request is through.
  const bool is_sent = !error;
  if (error == beast::error::timeout) {
    answer.failure = steps.text_of(error);
    return answer;
  }
  const std::string not_sent = is_sent ? "" : steps.text_of(error);
  beast::flat_buffer buffer(2 * kLargestHead);
  std::optional<Parser> parser;
  do {
    parser.emplace();
    parser->header_limit(kLargestHead);
    parser->body_limit(std::numeric_limits<std::uint64_t>::max());  // none refuses all in 1.74
    parser->skip(wanted.method == "HEAD");
    error = steps.run([&](auto done) { http::async_read_header(stream, buffer, *parser, done); });
  } while (!error && is_interim(*parser));
  if (!error) {
    answer.status = static_cast<int>(parser->get().result_int());
    error = read_body(steps, stream, buffer, *parser, answer);
  }
  if (error) answer.failure = is_sent ? steps.text_of(error) : not_sent;
  return answer;
}

}  // namespace

struct HttpExchange::Authorities {
  ssl::context context{ssl::context::tls_client};
};

HttpExchange::HttpExchange(Url url) : url_(std::move(url)), lookup_(url_.address) {
  if (!url_.is_https) return;
  authorities_ = std::make_unique<Authorities>();
  error_code ignored;  // without authorities nobody is believed, and each answer says so
  authorities_->context.set_default_verify_paths(ignored);
  authorities_->context.set_verify_mode(ssl::verify_peer, ignored);
}

HttpExchange::~HttpExchange() = default;

HttpAnswer HttpExchange::run(const HttpRequest& request, const Deadline& deadline) {
  HttpAnswer failed;
  Result<Descriptor> connected = connect_to(lookup_, deadline);
  if (!connected) {
    failed.failure = connected.error().message;
    return failed;
  }
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  ::getpeername(connected->number(), reinterpret_cast<sockaddr*>(&peer), &size);
  const auto family = peer.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  asio::io_context context(1);
  Socket socket(context);
  error_code error;
  socket.assign(family, connected->number(), error);
  if (error) {
    failed.failure = error.message();
    return failed;
  }
  connected->release();
  if (authorities_ == nullptr) {
    Steps steps(context, socket, deadline);
    return speak(steps, socket, request, url_);
  }
  ssl::stream<Socket> stream(std::move(socket), authorities_->context);
  Steps steps(context, stream.next_layer(), deadline);
  const std::string& host = url_.address.host;
  stream.set_verify_callback(ssl::host_name_verification(host), error);
  asio::ip::make_address(host, error);
  const bool is_name = static_cast<bool>(error);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
  error = steps.run([&](auto done) { stream.async_handshake(ssl::stream_base::client, done); });
  if (error) {
    failed.failure = steps.text_of(error);
    return failed;
  }
  return speak(steps, stream, request, url_);
}

}  // namespace chokepoint::controller
