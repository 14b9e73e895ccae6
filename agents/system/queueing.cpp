#include "agents/system/queueing.h"

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/random.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <vector>

#include "agents/system/failure.h"
#include "agents/system/step.h"
#include "agents/system/trial.h"

namespace chokepoint::agents {
namespace {

constexpr std::uint32_t kClass = 3;         // minor number of the shaped class
constexpr std::uint32_t kLeaf = 0x10000;    // its queueing discipline has the next major number
constexpr std::uint32_t kLimit = 10'000;    // packets
constexpr std::uint32_t kLargest = 65'536;  // bytes that one packet may have before it is split
constexpr double kBurst = 0.01;             // seconds of the rate that may go at once
constexpr std::size_t kRateTable = 256;

struct Closer {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, Closer>;

using Message = std::vector<char>;

nlmsghdr* begin(Message& buffer, std::uint16_t type, unsigned flags, const std::string& interface,
                std::uint32_t parent, std::uint32_t handle) {
  buffer.assign(static_cast<std::size_t>(MNL_SOCKET_BUFFER_SIZE), 0);
  nlmsghdr* const message = mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = type;
  message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  message->nlmsg_seq = static_cast<std::uint32_t>(::time(nullptr));
  auto* const what = static_cast<tcmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(tcmsg)));
  what->tcm_family = AF_UNSPEC;
  what->tcm_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  what->tcm_parent = parent;
  what->tcm_handle = handle;
  return message;
}

// Sends it, and hands what comes back to `take`. Gives errno, or 0.
int talk(const nlmsghdr* message, mnl_cb_t take, void* data) {
  const Socket socket(mnl_socket_open(NETLINK_ROUTE));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) return errno;
  if (mnl_socket_sendto(socket.get(), message, message->nlmsg_len) < 0) return errno;
  Message answer(static_cast<std::size_t>(MNL_SOCKET_BUFFER_SIZE));
  while (true) {
    const ssize_t got = mnl_socket_recvfrom(socket.get(), answer.data(), answer.size());
    if (got < 0) return errno;
    const int more = mnl_cb_run(answer.data(), static_cast<std::size_t>(got), message->nlmsg_seq,
                                mnl_socket_get_portid(socket.get()), take, data);
    if (more < 0) return errno;
    if (more == 0) return 0;
  }
}

// Null when the message has none of the type.
const nlattr* attribute_of(const nlmsghdr* message, std::uint16_t type) {
  struct Wanted {
    std::uint16_t type;
    const nlattr* found;
  } wanted{.type = type, .found = nullptr};
  const auto take = [](const nlattr* attribute, void* data) {
    auto& one = *static_cast<Wanted*>(data);
    if (mnl_attr_get_type(attribute) == one.type) one.found = attribute;
    return MNL_CB_OK;
  };
  mnl_attr_parse(message, sizeof(tcmsg), take, &wanted);
  return wanted.found;
}

Status change(const nlmsghdr* message, const std::string& what) {
  step("queue: change");
  const int number = talk(message, nullptr, nullptr);
  step("queue: changed");
  if (number == 0) return Ok{};
  if (number == ENOENT || number == EINVAL) {
    return Error{.code = Code::unavailable,
                 .message = fmt::format("{}: the kernel has no such queue", what),
                 .hint = "'chokepoint-agent preflight' says what this host can do"};
  }
  if (number == EEXIST) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("{}: somebody else has put one there", what)};
  }
  return system_error(what, number);
}

// Nanoseconds in one tick of the packet scheduler, and ticks that some bytes take at a rate.
double ticks_for(double bytes, double bytes_per_s) {
  std::ifstream file("/proc/net/psched");
  std::uint32_t microseconds = 0;
  std::uint32_t per_tick = 0;
  file >> std::hex >> microseconds >> per_tick;
  const double nanoseconds =
      per_tick == 0 ? 64.0 : static_cast<double>(microseconds) * 1.0 / per_tick;
  return bytes / bytes_per_s * 1e9 / std::max(nanoseconds, 1.0);
}

}  // namespace

std::uint32_t shaped_priority(std::uint32_t handle) { return handle | kClass; }

std::uint32_t new_handle() {
  std::uint16_t drawn = 0;
  (void)!::getrandom(&drawn, sizeof drawn, 0);
  constexpr std::uint32_t kFirst = 0xc000;  // people count from below
  return (kFirst | (drawn & 0x3ffeU)) << 16U;
}

Result<RootQueue> root_queue(const std::string& interface) {
  struct Found {
    int index;
    RootQueue root;
  } found{.index = static_cast<int>(::if_nametoindex(interface.c_str())), .root = {}};
  if (found.index == 0) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("there is no interface {}", interface)};
  }
  Message buffer;
  const nlmsghdr* const message = begin(buffer, RTM_GETQDISC, NLM_F_DUMP, interface, 0, 0);
  const auto take = [](const nlmsghdr* answer, void* data) {
    auto& seen = *static_cast<Found*>(data);
    const auto* const what = static_cast<const tcmsg*>(mnl_nlmsg_get_payload(answer));
    if (what->tcm_ifindex != seen.index || what->tcm_parent != TC_H_ROOT) return MNL_CB_OK;
    seen.root.handle = what->tcm_handle;
    const nlattr* const kind = attribute_of(answer, TCA_KIND);
    if (kind != nullptr) seen.root.kind = mnl_attr_get_str(kind);
    return MNL_CB_OK;
  };
  if (const int number = talk(message, take, &found); number != 0) {
    return system_error(fmt::format("cannot see the queues of {}", interface), number);
  }
  return found.root;
}

Status add_shaped_root(const std::string& interface, std::uint32_t handle, double bytes_per_s) {
  const Result<RootQueue> there = root_queue(interface);
  if (!there) return there.error();
  if (there->handle != 0) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("somebody has put a queue of their own on {}: {}",
                                        interface, there->kind),
                 .hint = "it would be lost; nothing was touched"};
  }
  const std::string what = fmt::format("cannot put a token bucket on {}", interface);
  Message buffer;
  nlmsghdr* message = begin(buffer, RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, interface,
                            TC_H_ROOT, handle);
  mnl_attr_put_strz(message, TCA_KIND, "htb");
  nlattr* nest = mnl_attr_nest_start(message, TCA_OPTIONS);
  tc_htb_glob all{};
  all.version = 3;
  all.rate2quantum = 10;
  all.defcls = 0;  // what has no class passes
  mnl_attr_put(message, TCA_HTB_INIT, sizeof all, &all);
  mnl_attr_nest_end(message, nest);
  if (Status added = change(message, what); !added) return added;

  message = begin(buffer, RTM_NEWTCLASS, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, interface, handle,
                  handle | kClass);
  mnl_attr_put_strz(message, TCA_KIND, "htb");
  nest = mnl_attr_nest_start(message, TCA_OPTIONS);
  tc_htb_opt one{};
  const double most = 4'000'000'000.0;
  one.rate.rate = one.ceil.rate = static_cast<std::uint32_t>(std::min(bytes_per_s, most));
  one.rate.linklayer = one.ceil.linklayer = TC_LINKLAYER_ETHERNET;
  constexpr std::uint8_t kCell = 8;  // of the table, in powers of two of bytes
  one.rate.cell_log = one.ceil.cell_log = kCell;
  one.quantum = kLargest;
  const double burst = std::max(bytes_per_s * kBurst, static_cast<double>(kLargest) / 16);
  one.buffer = one.cbuffer = static_cast<std::uint32_t>(ticks_for(burst, bytes_per_s));
  mnl_attr_put(message, TCA_HTB_PARMS, sizeof one, &one);
  std::array<std::uint32_t, kRateTable> table{};
  for (std::size_t i = 0; i < kRateTable; ++i) {
    table[i] =
        static_cast<std::uint32_t>(ticks_for(static_cast<double>((i + 1) << kCell), bytes_per_s));
  }
  mnl_attr_put(message, TCA_HTB_CTAB, sizeof table, table.data());
  mnl_attr_put(message, TCA_HTB_RTAB, sizeof table, table.data());
  if (bytes_per_s > most) {
    mnl_attr_put_u64(message, TCA_HTB_RATE64, static_cast<std::uint64_t>(bytes_per_s));
    mnl_attr_put_u64(message, TCA_HTB_CEIL64, static_cast<std::uint64_t>(bytes_per_s));
  }
  mnl_attr_nest_end(message, nest);
  return change(message, what);
}

Status add_netem(const std::string& interface, std::uint32_t handle, double delay, double jitter) {
  Message buffer;
  nlmsghdr* const message = begin(buffer, RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
                                  interface, handle | kClass, handle + kLeaf);
  mnl_attr_put_strz(message, TCA_KIND, "netem");
  // The options begin with a structure, and attributes follow it.
  nlattr* const nest = mnl_attr_nest_start(message, TCA_OPTIONS);
  tc_netem_qopt options{};
  options.limit = kLimit;
  std::memcpy(mnl_nlmsg_get_payload_tail(message), &options, sizeof options);
  message->nlmsg_len += MNL_ALIGN(sizeof options);
  mnl_attr_put_u64(message, TCA_NETEM_LATENCY64, static_cast<std::uint64_t>(delay * 1e9));
  mnl_attr_put_u64(message, TCA_NETEM_JITTER64, static_cast<std::uint64_t>(jitter * 1e9));
  mnl_attr_nest_end(message, nest);
  return change(message, fmt::format("cannot delay what leaves {}", interface));
}

Status try_netem() {
  constexpr std::uint32_t kHandle = 0xc1240000;
  constexpr double kAnyRate = 1e9;
  Status made = add_shaped_root("lo", kHandle, kAnyRate);
  return made ? add_netem("lo", kHandle, 0.01, 0) : made;
}

bool has_netem() {
  static const bool kernel_has_it = in_own_network(try_netem).empty();
  return kernel_has_it;
}

std::optional<std::uint64_t> shaped_packets(const std::string& interface, std::uint32_t handle) {
  struct Found {
    int index;
    std::uint32_t handle;
    std::optional<std::uint64_t> packets;
  } found{.index = static_cast<int>(::if_nametoindex(interface.c_str())),
          .handle = handle | kClass,
          .packets = {}};
  Message buffer;
  const nlmsghdr* const message = begin(buffer, RTM_GETTCLASS, NLM_F_DUMP, interface, 0, 0);
  const auto take = [](const nlmsghdr* answer, void* data) {
    auto& seen = *static_cast<Found*>(data);
    const auto* const what = static_cast<const tcmsg*>(mnl_nlmsg_get_payload(answer));
    if (what->tcm_ifindex != seen.index || what->tcm_handle != seen.handle) return MNL_CB_OK;
    const nlattr* const counts = attribute_of(answer, TCA_STATS);
    if (counts != nullptr) {
      seen.packets = static_cast<const tc_stats*>(mnl_attr_get_payload(counts))->packets;
    }
    return MNL_CB_OK;
  };
  return talk(message, take, &found) == 0 ? found.packets : std::nullopt;
}

Status remove_root(const std::string& interface, std::uint32_t handle) {
  const Result<RootQueue> there = root_queue(interface);
  // An interface that is gone took its queues along.
  if (!there) return there.error().code == Code::not_found ? Status(Ok{}) : there.error();
  if (there->handle != handle) return Ok{};
  Message buffer;
  const nlmsghdr* const message =
      begin(buffer, RTM_DELQDISC, NLM_F_ACK, interface, TC_H_ROOT, handle);
  return change(message, fmt::format("cannot take the token bucket off {}", interface));
}

}  // namespace chokepoint::agents
