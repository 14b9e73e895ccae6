#include "agents/local/preflight.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "agents/system/clock.h"
#include "agents/system/descriptor.h"
#include "agents/system/nftables.h"
#include "agents/system/privilege.h"
#include "agents/system/process.h"
#include "agents/system/queue_rule.h"
#include "agents/system/queueing.h"
#include "agents/system/replace_file.h"
#include "agents/system/trial.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

std::string try_pausing() {
  const pid_t child = ::fork();
  if (child < 0) return "cannot start a process";
  if (child == 0) {
    while (true) ::pause();
  }
  std::string why = "a child cannot be seen in /proc";
  v1::ProcessIdentity self;
  self.set_pid(::getpid());
  self.set_boot(boot_identity());
  for (const v1::ProcessIdentity& member : family_of(self)) {
    if (member.pid() != child) continue;
    const Status sent = send_signal(member, SIGSTOP);
    why = !sent                                        ? sent.error().message
          : wait_for(member, ProcessState::stopped, 1) ? ""
                                                       : "a stopped child runs on";
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return why;
}

std::string try_exchanging() {
  std::string folder = (fs::temp_directory_path() / "chokepoint-preflight-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return "cannot make a folder";
  const fs::path one = fs::path(folder) / "one";
  const fs::path other = fs::path(folder) / "other";
  std::ofstream(one) << "one";
  std::string why;
  if (Status written = write_like(other, "other", one); !written) {
    why = written.error().message;
  } else if (Status exchanged = exchange_names(one, other); !exchanged) {
    why = exchanged.error().message;
  }
  std::error_code error;
  fs::remove_all(folder, error);
  return why;
}

std::string table_with(const std::string& family, const std::string& hook,
                       const std::string& rule) {
  return fmt::format(
      "create table {0} chokepoint_preflight\n"
      "table {0} chokepoint_preflight {{\n"
      " set armed4 {{\n  type ipv4_addr; flags interval, timeout;\n }}\n"
      " set armed {{\n  type inet_service; flags timeout;\n }}\n"
      " chain held {{\n }}\n"
      " chain tried {{\n  type {1}; policy accept;\n  {2}\n }}\n"
      "}}\n"
      "add element {0} chokepoint_preflight armed4 {{ 127.0.0.0/8 timeout 1s }}\n",
      family, hook, rule);
}

Status try_dropping() {
  return Nftables().run(table_with("netdev", "filter hook egress device \"lo\" priority -300",
                                   "ip daddr @armed4 numgen random mod 100 < 50 counter drop"));
}

Status try_refusing() {
  return Nftables().run(table_with("inet", "filter hook output priority -300",
                                   "ip daddr @armed4 meta l4proto tcp reject with tcp reset"));
}

Status try_queueing() {
  constexpr std::uint16_t kNobodys = 39'999;
  Status made = Nftables().run(
      table_with("inet", "filter hook output priority mangle", "ip daddr @armed4 jump held"));
  return made ? add_queue_rule("chokepoint_preflight", "held", kNobodys) : made;
}

Status try_shaping() {
  constexpr double kRate = 1e6;
  Status made = Nftables().run(table_with("inet", "filter hook postrouting priority 300",
                                          "ip daddr @armed4 meta priority set c123:3"));
  return made ? add_shaped_root("lo", 0xc1230000U, kRate) : made;
}

Status try_redirecting() {
  return Nftables().run(table_with("inet", "nat hook output priority -100",
                                   "fib daddr type local tcp dport @armed redirect to :9"));
}

std::string try_unnamed_file() {
  const std::string folder = fs::temp_directory_path().string();
  const Descriptor file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  return file.is_open() ? "" : "this file system has no unnamed files";
}

// Which versions of control groups have what is needed; one that we may not change counts as none.
std::string groups_with(const std::string& controller) {
  const bool may = ::access("/sys/fs/cgroup", W_OK) == 0;
  if (!may) return "";
  std::ifstream file("/sys/fs/cgroup/cgroup.controllers");
  std::ostringstream list;
  list << file.rdbuf();
  const bool is_new = file && (controller == "freezer" ||
                               (" " + list.str()).find(" " + controller) != std::string::npos);
  if (is_new) return "version 2";
  return fs::exists("/sys/fs/cgroup/" + controller) ? "version 1" : "";
}

std::string words_of(const Status& tried) {
  if (tried) return "";
  const Error& error = tried.error();
  return error.hint.empty() ? error.message : error.message + "; " + error.hint;
}

Capability judged(const std::string& fault, const std::string& why, const std::string& means) {
  return {.fault = fault, .works = why.empty(), .remark = why.empty() ? means : why};
}

}  // namespace

std::vector<Capability> preflight() {
  const std::string pausing = in_a_child(try_pausing);
  std::vector<Capability> found = {
      judged("process_pause", pausing, "SIGSTOP by pidfd"),
      judged("process_stop", pausing, "SIGKILL by pidfd, started again from the configuration"),
      judged("process_clock", words_of(try_clock()), "libfaketime, loaded at a new start"),
      judged("config_bloat", in_a_child(try_exchanging), "renameat2 with RENAME_EXCHANGE"),
  };
  const auto packets = [&](const std::string& fault, Status (*trial)(), const std::string& means) {
    std::string why = in_own_network(trial);
    const Status may = may_filter_packets();
    if (why.empty() && !may) why = "the kernel can, but " + may.error().message;
    found.push_back(judged(fault, why, means));
    return why;
  };
  packets("packet_loss", try_dropping,
          "nftables in the family netdev, with elements that time out");
  packets("packet_reject", try_refusing, "nftables, with elements that time out");
  packets("packet_delay", try_queueing, "NFQUEUE to chokepoint-delay");
  packets("netem", try_netem, "packet_delay of what leaves, by the kernel itself");
  packets("packet_bandwidth", try_shaping, "a token bucket (HTB) behind a rule that times out");
  const std::string redirecting = packets(
      "redirection", try_redirecting, "new connections are led to chokepoint-proxy by nftables");
  for (const char* const fault : {"stream_delay", "stream_bandwidth", "connection_reset",
                                  "http_delay", "http_abort", "rpc_answer", "dns_answer"}) {
    found.push_back(judged(fault, "",
                           redirecting.empty()
                               ? "chokepoint-proxy, before the service or redirected to"
                               : "chokepoint-proxy, only where one stands before the service"));
  }
  found.push_back(judged("file_denied", "", "the mode of the file"));
  found.push_back(judged("cpu_load", "", "processes that die with the agent"));
  found.push_back(judged("memory_load", "", "a process that dies with the agent"));
  found.push_back(judged("disk_fill", try_unnamed_file(), "an unnamed file (O_TMPFILE)"));
  for (const auto& [fault, controller] :
       {std::pair{"cgroup_freeze", "freezer"}, std::pair{"cpu_limit", "cpu"},
        std::pair{"memory_limit", "memory"}}) {
    const std::string version = groups_with(controller);
    found.push_back(judged(fault, version.empty() ? "no control groups that we may change" : "",
                           "control groups, " + version));
  }
  return found;
}

}  // namespace chokepoint::agents
