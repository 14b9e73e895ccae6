// Stands before a service and passes everything on, until it is told to delay it, to cut it off or
// to answer in its stead; and again when nobody has renewed that in time.
//
// chokepoint-proxy --listen ADDRESS:PORT [--to ADDRESS:PORT] [--http|--dns] --control PATH
// Started by people before services of a staging system; by the agent, with --temporary and --mark,
// behind rules that redirect connections, which then go where they were to go. Descriptor 10, if it
// is open, is a pipe on which one byte is written once it listens.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>

#include "agents/proxy/server.h"

namespace {

constexpr int kReady = 10;

// "127.0.0.1:80", "[::1]:80"
boost::asio::ip::tcp::endpoint endpoint_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw CLI::ValidationError(text, "no port; write ADDRESS:PORT");
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  const int port = std::atoi(text.c_str() + colon + 1);
  if (error || port < 0 || port > 65535) {
    throw CLI::ValidationError(text, "no address; names are not looked up here");
  }
  return {address, static_cast<std::uint16_t>(port)};
}

// Each connection takes two, or six when it carries much.
void allow_many_descriptors() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace chokepoint::proxy;
  CLI::App app("Stands before a service and passes everything on, until an agent makes it a fault.",
               "chokepoint-proxy");
  app.set_version_flag("--version", CHOKEPOINT_VERSION);
  app.set_help_all_flag("--help-all")->group("");
  std::string listen;
  std::string to;
  Options options;
  bool is_http = false;
  bool is_dns = false;
  app.add_option("--listen", listen, "Address and port that clients use")->required();
  app.add_option("--to", to, "Address and port of the service");
  app.add_option("--control", options.control,
                 "Path of the socket that takes orders; as in the agent's configuration")
      ->required();
  auto* http = app.add_flag("--http", is_http, "The service speaks HTTP/1.1");
  app.add_flag("--dns", is_dns, "The service is a resolver of names")->excludes(http);
  app.add_flag("--temporary", options.is_temporary)->group("");
  app.add_option("--mark", options.upstream.mark)->group("");
  try {
    app.parse(argc, argv);
    options.listen = endpoint_of(listen);
    if (!to.empty()) options.upstream.fixed = endpoint_of(to);
    if (to.empty() && (is_dns || !options.is_temporary)) throw CLI::RequiredError("--to");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  options.speaks = is_http ? Speaks::http : is_dns ? Speaks::dns : Speaks::tcp;
  ::signal(SIGPIPE, SIG_IGN);
  allow_many_descriptors();
  try {
    boost::asio::io_context context(1);
    Server server(context, std::move(options));
    if (::fcntl(kReady, F_GETFD) >= 0) {
      (void)!::write(kReady, "r", 1);
      ::close(kReady);
    }
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&context](auto...) { context.stop(); });
    context.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chokepoint-proxy: %s\n", error.what());
    return 3;
  }
  return 0;
}
