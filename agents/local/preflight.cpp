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

#include "agents/system/descriptor.h"
#include "agents/system/nftables.h"
#include "agents/system/privilege.h"
#include "agents/system/process.h"
#include "agents/system/replace_file.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

// Runs `trial` in a child, so that namespaces and the like end with it. Gives what it returned: ""
// for success.
std::string in_a_child(const std::function<std::string()>& trial) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return "cannot make a pipe";
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return "cannot start a process";
  if (child == 0) {
    const std::string why = trial();
    (void)!::write(writing.number(), why.data(), why.size());
    ::_exit(0);
  }
  writing.reset();
  std::string why;
  std::array<char, 512> piece{};
  ssize_t got = 0;
  while ((got = ::read(reading.number(), piece.data(), piece.size())) > 0) {
    why.append(piece.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? why : "the trial died";
}

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

std::string try_filtering() {
  if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    return "cannot make a network namespace to try it in";
  }
  const Status made = Nftables().run(
      "create table netdev chokepoint_preflight\n"
      "table netdev chokepoint_preflight {\n"
      " set armed4 {\n  type ipv4_addr; flags interval, timeout;\n }\n"
      " chain outgoing {\n  type filter hook egress device \"lo\" priority -300; policy accept;\n"
      "  ip daddr @armed4 numgen random mod 100 < 50 counter drop\n }\n"
      " chain incoming {\n  type filter hook ingress device \"lo\" priority -300; policy accept;\n"
      "  ip saddr @armed4 counter drop\n }\n"
      "}\n"
      "add element netdev chokepoint_preflight armed4 { 127.0.0.0/8 timeout 1s }\n");
  return made ? "" : made.error().message;
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
      judged("config_bloat", in_a_child(try_exchanging), "renameat2 with RENAME_EXCHANGE"),
  };
  std::string filtering = in_a_child(try_filtering);
  const Status may = may_filter_packets();
  if (filtering.empty() && !may) filtering = "the kernel can, but " + may.error().message;
  found.push_back(judged("packet_loss", filtering,
                         "nftables in the family netdev, with elements that time out"));
  return found;
}

}  // namespace chokepoint::agents
