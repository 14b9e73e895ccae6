#include "controller/api/server.h"

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>

#include "controller/api/agent_link_service.h"
#include "controller/api/game_days_service.h"
#include "controller/api/own_certificate.h"
#include "controller/identity/verifier.h"
#include "scenarios/services/credentials.h"

namespace chokepoint::controller {
namespace {

constexpr int kLargestMessage = 32 << 20;
constexpr int kPingMs = 10'000;       // a network that was cut is noticed so soon
constexpr int kNoPongMs = 5'000;      //
constexpr int kAgentsPingMs = 5'000;  // no more often; theirs is every ten seconds
constexpr int kHandshakeMs = 10'000;
// Who is not believed can still begin calls, and each may hold a message of the largest size.
constexpr int kMostCalls = 16;  // at once, on one connection
constexpr std::size_t kMostMemory = 1UL << 30;

}  // namespace

Status check_config(const v1::ControllerConfig& config) {
  const int given =
      !config.authority().empty() + !config.certificate().empty() + !config.key().empty();
  if (given == 0 && !is_loopback(config.listen())) {
    return Error{.code = Code::denied,
                 .message = fmt::format("{} can be reached from other hosts, and there are no "
                                        "certificates",
                                        config.listen()),
                 .hint =
                     "write 'authority', 'certificate' and 'key', made by: chokepoint pki; or "
                     "listen on 127.0.0.1"};
  }
  if (given != 0 && given != 3) {
    return Error{.message = "'authority', 'certificate' and 'key' come together",
                 .hint = "write all three, or, on the loopback interface, none"};
  }
  if (!config.http().empty() && !is_loopback(config.http())) {
    return Error{
        .code = Code::denied,
        .message = fmt::format("'http' is for this host only, and {} is not", config.http()),
        .hint = "listen on 127.0.0.1, and let a proxy that knows people stand before it"};
  }
  for (const auto& [name, command] : config.commands()) {
    if (command.command(0).starts_with('/')) continue;
    return Error{
        .message = fmt::format("command '{}' has no absolute path: {}", name, command.command(0)),
        .hint = "write the whole path; nothing is looked up, and no shell is asked"};
  }
  return Ok{};
}

struct Server::Parts {
  Parts(Store& store, Registry& registry, GameDays& game_days, std::unique_ptr<Verifier> verifier)
      : gate(store, std::move(verifier)),
        agents(gate, registry),
        people(gate, game_days, registry) {}
  Gate gate;
  AgentLinkService agents;
  GameDaysService people;
  int port = 0;
  std::shared_ptr<grpc::ServerCredentials> credentials;  // the server asks it
  std::unique_ptr<grpc::Server> server;
};

Result<std::unique_ptr<Server>> Server::start(const v1::ControllerConfig& config, Store& store,
                                              Registry& registry, GameDays& game_days) {
  if (Status right = check_config(config); !right) return right.error();
  std::unique_ptr<Verifier> verifier;
  if (!config.authority().empty()) {
    auto opened = Verifier::open(config.authority(), config.revoked());
    if (!opened) return opened.error();
    verifier = *std::move(opened);
  } else {
    spdlog::warn("no certificates: everybody on this host may everything");
  }
  auto credentials = credentials_of(config);
  if (!credentials) return credentials.error();

  auto parts = std::make_unique<Parts>(store, registry, game_days, std::move(verifier));
  parts->credentials = *std::move(credentials);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(config.listen(), parts->credentials, &parts->port);
  builder.RegisterService(&parts->agents);
  builder.RegisterService(&parts->people);
  builder.SetMaxReceiveMessageSize(kLargestMessage);
  builder.SetResourceQuota(grpc::ResourceQuota("controller").Resize(kMostMemory));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostCalls);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kNoPongMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kAgentsPingMs);
  parts->server = builder.BuildAndStart();
  if (!parts->server || parts->port == 0) {
    return Error{.code = Code::unavailable,
                 .message = fmt::format("cannot listen on {}", config.listen()),
                 .hint = "is something else listening there, or the key not the certificate's?"};
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  parts_->people.end();
  parts_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
}

int Server::port() const { return parts_->port; }
const Gate& Server::gate() const { return parts_->gate; }

}  // namespace chokepoint::controller
