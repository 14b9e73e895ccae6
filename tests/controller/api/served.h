#pragma once
// A controller in this process, behind mutual TLS on the loopback interface, and callers of every
// sort.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "chokepoint/v1/agent_link.grpc.pb.h"
#include "chokepoint/v1/game_days.grpc.pb.h"
#include "controller/api/gate.h"
#include "controller/api/server.h"
#include "controller/pki/pki.h"
#include "tests/cli/temporary_folder.h"
#include "tests/controller/identity/certificates.h"

namespace chokepoint::controller::testing {

inline double real_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

inline bool within(double seconds, const std::function<bool()>& holds) {
  for (int i = 0; i < seconds * 100; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return holds();
}

using Channel = std::shared_ptr<grpc::Channel>;

class Served : public ::testing::Test {
 protected:
  Served() {
    authority("pki");
    issue(Role::controller, "staging");
    v1::ProbeCommand& command = (*config_.mutable_commands())["up"];
    command.add_command("/bin/true");
    config_.set_controller("staging");
    config_.set_listen("127.0.0.1:0");
    config_.set_authority(file("pki/ca.pem"));
    config_.set_certificate(file("pki/staging.pem"));
    config_.set_key(file("pki/staging.key"));
    config_.set_revoked(file("pki/revoked.pem"));
    start();
  }

  void start() {
    auto store = Store::open(folder_ / "state");
    ASSERT_TRUE(store) << store.error().message;
    store_ = *std::move(store);
    auto game_days = GameDays::open(config_, *store_, registry_, [](const v1::GameDayNote&) {});
    ASSERT_TRUE(game_days) << game_days.error().message;
    game_days_ = *std::move(game_days);
    auto server = Server::start(config_, *store_, registry_, *game_days_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  std::string file(const std::string& name) const { return folder_ / name; }
  std::string text(const std::string& name) const {
    return cli::testing::content_of(folder_ / name);
  }

  void authority(const std::string& folder) const {
    const auto made = pki::init(folder_ / folder, {.now = real_now()});
    ASSERT_TRUE(made) << made.error().message;
  }
  void issue(Role role, const std::string& name, const std::string& folder = "pki") const {
    pki::IssueOptions options{.role = role, .name = name, .now = real_now()};
    if (role == Role::controller) options.addresses = {"127.0.0.1"};
    const auto made = pki::issue(folder_ / folder, options);
    ASSERT_TRUE(made) << made.error().message;
  }
  // Of our authority, as it would never issue one.
  pki::Pair odd(const pki::LeafOptions& options) const {
    auto made = pki::make_leaf(ours(), options);
    return *std::move(made);
  }
  pki::Pair ours() const {
    auto certificates = certificates_in(text("pki/ca.pem"));
    auto key = pki::key_in(text("pki/ca.key"));
    return {.certificate = std::move(certificates->front()), .key = *std::move(key)};
  }

  Channel dial(const std::string& certificate, const std::string& key) const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = text("pki/ca.pem");
    options.pem_cert_chain = certificate;
    options.pem_private_key = key;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // nobody's connection is another's
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                     grpc::SslCredentials(options), arguments);
  }
  Channel dial_as(const std::string& name, const std::string& folder = "pki") const {
    return dial(text(folder + "/" + name + ".pem"), text(folder + "/" + name + ".key"));
  }
  Channel dial_with(const pki::Pair& pair) const {
    return dial(pki::pem_of(*pair.certificate), pki::pem_of(*pair.key));
  }
  Channel issue_and_dial(Role role, const std::string& name) const {
    issue(role, name);
    return dial_as(name);
  }

  std::vector<AuditEntry> audit() const {
    std::vector<AuditEntry> entries;
    const auto trail = store_->audit_trail();
    EXPECT_TRUE(trail && trail->is_whole);
    for (const ChainedEntry& one : trail->entries) entries.push_back(one.entry);
    return entries;
  }
  // The last entry that refuses a call.
  AuditEntry last_refusal() const {
    AuditEntry last{.detail = "nothing was refused"};
    for (const AuditEntry& entry : audit()) {
      if (!entry.allowed) last = entry;
    }
    return last;
  }

  cli::testing::TemporaryFolder folder_;
  v1::ControllerConfig config_;
  Registry registry_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<GameDays> game_days_;
  std::unique_ptr<Server> server_;
};

inline void bound(grpc::ClientContext& context, double seconds = 20) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(static_cast<int>(seconds * 1000)));
}

// An agent's call, as a program that is no agent might make it.
class RawAgent {
 public:
  explicit RawAgent(const Channel& channel, double seconds = 30)
      : stub_(v1::AgentLink::NewStub(channel)) {
    bound(context_, seconds);
    call_ = stub_->Attend(&context_);
  }
  ~RawAgent() {
    if (!is_finished_) {
      context_.TryCancel();
      (void)call_->Finish();
    }
  }
  bool say(const v1::FromAgent& message) { return call_->Write(message); }
  bool hello(const std::string& name, double lease = 15) {
    v1::FromAgent message;
    message.mutable_hello()->set_agent(name);
    message.mutable_hello()->set_lease(lease);
    return say(message);
  }
  bool beat() {
    v1::FromAgent message;
    message.mutable_heartbeat();
    return say(message);
  }
  // Waits for the end of the call.
  grpc::Status end() {
    v1::ToAgent order;
    while (call_->Read(&order)) {
    }
    is_finished_ = true;
    return call_->Finish();
  }

 private:
  std::unique_ptr<v1::AgentLink::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::FromAgent, v1::ToAgent>> call_;
  bool is_finished_ = false;
};

}  // namespace chokepoint::controller::testing
