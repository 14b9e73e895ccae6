#include "agents/system/queue_rule.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_NFQUEUE.h>
#include <sys/socket.h>
#include <time.h>

extern "C" {
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
}

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "agents/system/failure.h"
#include "agents/system/nftables.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

constexpr std::uint8_t kInet = 1;  // NFPROTO_INET
constexpr std::uint32_t kRevision = 3;
constexpr std::size_t kMessage = 8192;  // bytes, more than the kernel answers with

// The target's own data, padded as the kernel wants it.
std::vector<char> target_data(std::uint16_t queue) {
  xt_NFQ_info_v3 info{};
  info.queuenum = queue;
  info.queues_total = 1;
  info.flags = NFQ_FLAG_BYPASS;
  std::vector<char> data((sizeof info + 7) / 8 * 8);
  std::memcpy(data.data(), &info, sizeof info);
  return data;
}

using Rule = std::unique_ptr<nftnl_rule, decltype(&nftnl_rule_free)>;

Rule made_rule(const std::string& table, const std::string& chain, std::uint16_t queue) {
  Rule rule(nftnl_rule_alloc(), &nftnl_rule_free);
  nftnl_rule_set_u32(rule.get(), NFTNL_RULE_FAMILY, kInet);
  nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, table.c_str());
  nftnl_rule_set_str(rule.get(), NFTNL_RULE_CHAIN, chain.c_str());
  nftnl_expr* target = nftnl_expr_alloc("target");
  nftnl_expr_set_str(target, NFTNL_EXPR_TG_NAME, "NFQUEUE");
  nftnl_expr_set_u32(target, NFTNL_EXPR_TG_REV, kRevision);
  const std::vector<char> data = target_data(queue);
  auto* copy = static_cast<char*>(std::malloc(data.size()));  // the library frees it
  std::memcpy(copy, data.data(), data.size());
  nftnl_expr_set(target, NFTNL_EXPR_TG_INFO, copy, static_cast<std::uint32_t>(data.size()));
  nftnl_rule_add_expr(rule.get(), target);
  return rule;
}

Status send(nftnl_rule* rule) {
  std::vector<char> buffer(2 * kMessage);
  auto sequence = static_cast<std::uint32_t>(::time(nullptr));
  mnl_nlmsg_batch* batch = mnl_nlmsg_batch_start(buffer.data(), buffer.size());
  nftnl_batch_begin(static_cast<char*>(mnl_nlmsg_batch_current(batch)), sequence++);
  mnl_nlmsg_batch_next(batch);
  nlmsghdr* message =
      nftnl_nlmsg_build_hdr(static_cast<char*>(mnl_nlmsg_batch_current(batch)), NFT_MSG_NEWRULE,
                            kInet, NLM_F_APPEND | NLM_F_CREATE | NLM_F_ACK, sequence++);
  nftnl_rule_nlmsg_build_payload(message, rule);
  mnl_nlmsg_batch_next(batch);
  nftnl_batch_end(static_cast<char*>(mnl_nlmsg_batch_current(batch)), sequence);
  mnl_nlmsg_batch_next(batch);

  mnl_socket* socket = mnl_socket_open(NETLINK_NETFILTER);
  if (socket == nullptr || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) != 0) {
    mnl_nlmsg_batch_stop(batch);
    return system_error("packet filter");
  }
  Status sent = Ok{};
  std::vector<char> answer(kMessage);
  if (mnl_socket_sendto(socket, mnl_nlmsg_batch_head(batch), mnl_nlmsg_batch_size(batch)) < 0) {
    sent = system_error("packet filter");
  } else {
    const ssize_t got = mnl_socket_recvfrom(socket, answer.data(), answer.size());
    if (got < 0 || mnl_cb_run(answer.data(), static_cast<std::size_t>(got), 0,
                              mnl_socket_get_portid(socket), nullptr, nullptr) < 0) {
      sent = system_error("packet filter: no rule for a queue");
    }
  }
  mnl_nlmsg_batch_stop(batch);
  mnl_socket_close(socket);
  return sent;
}

}  // namespace

Status add_queue_rule(const std::string& table, const std::string& chain, std::uint16_t queue) {
  Status own =
      Nftables().run(fmt::format("add rule inet {} {} queue num {} bypass", table, chain, queue));
  if (own || own.error().code == Code::denied) return own;
  step("packet filter: change");
  Status carried = send(made_rule(table, chain, queue).get());
  step("packet filter: changed");
  return carried;
}

}  // namespace chokepoint::agents
