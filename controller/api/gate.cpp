#include "controller/api/gate.h"

#include <fmt/format.h>
#include <grpc/grpc_security_constants.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "controller/probes/one_line.h"
#include "scenarios/base/wall_clock.h"
#include "scenarios/services/status.h"

namespace chokepoint::controller {
namespace {

constexpr std::size_t kLongestDetail = 1000;  // bytes

// The caller's own certificate, and what else was shown: on a server the chain comes without the
// former.
std::string chain_of(const grpc::ServerContextBase& context) {
  std::string chain;
  const auto peer = context.auth_context();
  for (const char* const name :
       {GRPC_X509_PEM_CERT_PROPERTY_NAME, GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME}) {
    for (const auto& value : peer->FindPropertyValues(name))
      chain.append(value.data(), value.size());
  }
  return chain;
}

}  // namespace

Result<Identity> Gate::identify(const grpc::ServerContextBase& context) const {
  if (!verifier_) return Identity{.role = Role::operator_, .name = "somebody on this host"};
  return verifier_->identify(chain_of(context), seconds_since_1970());
}

Gate::Admission Gate::admit(const grpc::ServerContextBase& context, const std::string& call,
                            const std::set<Role>& roles, const std::string& detail,
                            bool regardless) {
  std::vector<Judged> one = {judge(context, call, roles, detail)};
  write(one, regardless);
  return one.front().admission;
}

Gate::Judged Gate::judge(const grpc::ServerContextBase& context, const std::string& call,
                         const std::set<Role>& roles, const std::string& detail) const {
  Judged judged;
  AuditEntry& entry = judged.entry;
  entry = {.at = seconds_since_1970(), .from = context.peer(), .call = call, .detail = detail};
  Admission& admission = judged.admission;
  const Result<Identity> who = identify(context);
  if (!who) {
    entry.detail = who.error().message;
    const bool is_ours = who.error().code == Code::unavailable;
    admission.status = {is_ours ? grpc::StatusCode::UNAVAILABLE : grpc::StatusCode::UNAUTHENTICATED,
                        who.error().message, who.error().hint};
  } else {
    admission.who = *who;
    entry.role = verifier_ ? name_of(who->role) : "";
    entry.name = who->name;
    if (verifier_ && !roles.contains(who->role)) {
      entry.detail = fmt::format("role {} may not", name_of(who->role));
      admission.status = {grpc::StatusCode::PERMISSION_DENIED,
                          fmt::format("{} has the role {} and may not call {}", who->name,
                                      name_of(who->role), call),
                          "ask somebody whose certificate has another role"};
    }
  }
  entry.allowed = admission.status.ok();
  return judged;
}

void Gate::write(std::vector<Judged>& all, bool regardless) {
  std::vector<AuditEntry> entries;
  for (Judged& one : all) {
    if (count(one.entry)) entries.push_back(one.entry);
  }
  if (entries.empty()) return;
  const Status written = store_.audit(entries);
  if (written) return;
  for (Judged& one : all) {
    if (!one.entry.allowed) continue;
    spdlog::error("a call of {} could not be written down: {}", one.entry.call,
                  written.error().message);
    if (!regardless) one.admission.status = status_of(written.error());
  }
}

void Gate::refuse(const grpc::ServerContextBase& context, const Identity& who,
                  const std::string& call, const std::string& why) {
  AuditEntry entry{.at = seconds_since_1970(),
                   .role = verifier_ ? std::string(name_of(who.role)) : "",
                   .name = who.name,
                   .from = context.peer(),
                   .call = call,
                   .allowed = false,
                   .detail = why};
  if (!count(entry)) return;
  if (Status written = store_.audit(entry); !written) {
    spdlog::error("a refusal could not be written down: {}", written.error().message);
  }
}

bool Gate::count(AuditEntry& entry) {
  entry.detail = one_line(entry.detail, kLongestDetail);
  if (entry.allowed) return true;
  ++refused_;
  const std::lock_guard lock(mutex_);
  const auto time = std::chrono::steady_clock::now();
  if (time - minute_ >= std::chrono::minutes(1)) {
    minute_ = time;
    refusals_ = 0;
  }
  if (++refusals_ > kMostRefusals) {
    ++unwritten_;
    return false;
  }
  if (const std::uint64_t more = std::exchange(unwritten_, 0); more > 0) {
    entry.detail += fmt::format("; {} more calls were refused before", more);
  }
  return true;
}

Status Gate::is_agent(const Identity& who, const std::string& said) const {
  if (!verifier_ || who.name == said) return Ok{};
  return Error{
      .code = Code::denied,
      .message = fmt::format("the certificate is that of {}, and the agent says that it is {}",
                             who.name, said),
      .hint = "issue one for each agent: chokepoint pki issue agent NAME"};
}

}  // namespace chokepoint::controller
