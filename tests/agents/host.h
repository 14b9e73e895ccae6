#pragma once
// A host to practise on: a folder, a file that is read by nobody, a process that sleeps, a network
// namespace without a way out. All of it belongs to the test and goes with it.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "agents/local/agent.h"
#include "agents/system/loaded.h"
#include "agents/system/nftables.h"
#include "agents/system/process.h"
#include "scenarios/loader/load_message.h"

namespace chokepoint::agents {

namespace fs = std::filesystem;

// What is started for a host finds this in its environment.
constexpr const char* kHost = "CHOKEPOINT_TEST_HOST";

class Host {
 public:
  Host() {
    std::string name = (fs::temp_directory_path() / "chokepoint-agent-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    folder_ = name;
    ::setenv(kHost, name.c_str(), 1);
    write("features.map", "a 1;\nb 2;\n");
    ::chmod(file().c_str(), 0640);
    has_attributes_ = ::setxattr(file().c_str(), "user.owner", "team", 4, 0) == 0;
    const timespec old[2] = {{.tv_sec = 1'700'000'000, .tv_nsec = 123},
                             {.tv_sec = 1'700'000'001, .tv_nsec = 456}};
    ::utimensat(AT_FDCWD, file().c_str(), old, 0);
    write("pid", "");
    start_sleeper();
  }
  ~Host() {
    const auto running = find_process((folder_ / "pid").string(), "/usr/bin/sleep");
    if (running) ::kill(running->pid(), SIGKILL);
    ::kill(sleeper_, SIGKILL);
    ::waitpid(sleeper_, nullptr, 0);
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  fs::path folder() const { return folder_; }
  fs::path file() const { return folder_ / "features.map"; }
  pid_t sleeper() const { return sleeper_; }
  // Whether the file system of the folder keeps attributes.
  bool has_attributes() const { return has_attributes_; }

  // The control group that 'orders' stands for.
  void use_group(const std::string& path) { group_ = path; }
  std::string group() const { return group_; }

  // The commands of all programs of ours that work for this host.
  std::vector<std::string> programs() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline");
      std::ostringstream read;  // which takes no exception from a process that ends meanwhile
      read << file.rdbuf();
      std::string words = read.str();
      std::replace(words.begin(), words.end(), '\0', ' ');
      if (!words.starts_with("chokepoint-")) continue;
      if (words.find(folder_.string()) != std::string::npos) found.push_back(words);
    }
    return found;
  }
  // Those that make a fault here.
  std::vector<std::string> workers() const {
    std::vector<std::string> found = programs();
    std::erase_if(found, [](const std::string& words) {
      return words.starts_with("chokepoint-guardian") || words.starts_with("chokepoint-agent");
    });
    return found;
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name) << text;
  }

  void start_sleeper() {
    sleeper_ = ::fork();
    if (sleeper_ == 0) {
      ::execl("/usr/bin/sleep", "sleep", "600", nullptr);
      ::_exit(127);
    }
    write("pid", std::to_string(sleeper_));
    for (int i = 0; i < 1000 && !find_process((folder_ / "pid").string(), "/usr/bin/sleep"); ++i)
      ::usleep(1000);
  }

  std::string config_text() const {
    return fmt::format(R"(
agent: practice
state: {0}/state
processes:
  sleeper:
    pid_file: {0}/pid
    executable: /usr/bin/sleep
    restart: [/bin/sh, -c, "/usr/bin/sleep 600 & echo $! > {0}/pid"]
  unstoppable: {{pid_file: {0}/pid, executable: /usr/bin/sleep}}
files:
  features: {{path: {0}/features.map, largest: 1MB}}
  missing: {{path: {0}/nothing}}
interfaces:
  loop: {{interface: lo, peers: [127.9.0.0/16, 127.10.0.0/16], left_alone: [7000]}}
  far: {{interface: lo, peers: [10.0.0.0/8]}}
  gone: {{interface: eth77, peers: [10.0.0.0/8]}}
services:
  direct: {{port: 7700}}
  pages: {{port: 7702, speaks: http}}
  names: {{port: 7703, speaks: dns}}
  proxied: {{port: 7701, speaks: http, proxy: {0}/proxied.sock}}
folders: {{data: {{path: {0}/data, keep: 1MB}}}}
cgroups: {{orders: {{path: {1}}}, nothing: {{path: {0}/no-group}}}}
load: {{cores: 2, memory: 100MB}}
longest: 10min
lease: 2s
)",
                       folder_.string(), group_);
  }
  v1::AgentConfig config() const {
    v1::AgentConfig config;
    const Errors errors = load_message_text(config_text(), "agent.yaml", config, "");
    EXPECT_TRUE(errors.empty()) << format_errors(errors);
    return config;
  }
  Agent agent() const {
    Result<Agent> agent = Agent::open(config(), std::nullopt);
    if (!agent) throw std::runtime_error(agent.error().message);
    return *std::move(agent);
  }

  // Everything that a fault could change, in words.
  std::string snapshot() const {
    std::ostringstream out;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) out << name << " ";
    if (fs::exists(folder_ / "state")) {
      for (const auto& entry : fs::directory_iterator(folder_ / "state")) {
        out << "state/" << entry.path().filename().string() << " ";
      }
    }
    struct stat status = {};
    ::lstat(file().c_str(), &status);
    char value[64] = {};
    const ssize_t length = ::getxattr(file().c_str(), "user.owner", value, sizeof value);
    std::ifstream text(file());
    out << "\ninode " << status.st_ino << " mode " << status.st_mode << " owner " << status.st_uid
        << ":" << status.st_gid << " links " << status.st_nlink << " mtime "
        << status.st_mtim.tv_sec << "." << status.st_mtim.tv_nsec << " attribute "
        << std::string(value, value + std::max<ssize_t>(length, 0)) << "\n"
        << text.rdbuf();
    // Told to end, they may take a moment over it.
    for (int i = 0; i < 200 && !workers().empty(); ++i) ::usleep(10000);
    for (const std::string& worker : workers()) out << "\nworker " << worker;
    for (const char* const name : {"cpu.max", "cpu.cfs_quota_us", "memory.max",
                                   "memory.limit_in_bytes", "cgroup.freeze", "freezer.state"}) {
      std::ifstream setting(fs::path(group_) / name);
      if (setting) out << "\n" << name << " " << setting.rdbuf();
    }
    const auto sleeping = find_process((folder_ / "pid").string(), "/usr/bin/sleep");
    out << "\nsleeper "
        << (!sleeping                                      ? "gone"
            : state_of(*sleeping) == ProcessState::running ? "running"
                                                           : "stopped");
    if (sleeping && environment_of(*sleeping, "LD_PRELOAD")) out << " with another clock";
    out << ", of " << sleepers();
    return out.str();
  }

 private:
  // However they were started.
  std::size_t sleepers() const {
    const std::vector<v1::ProcessIdentity> all = all_processes();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
      std::error_code error;
      const fs::path runs = fs::read_symlink(fmt::format("/proc/{}/exe", one.pid()), error);
      return runs == "/usr/bin/sleep" && environment_of(one, kHost) == folder_;
    }));
  }

  fs::path folder_;
  std::string group_ = "/sys/fs/cgroup/nothing-of-ours";
  pid_t sleeper_ = -1;
  bool has_attributes_ = false;
};

inline v1::PrimitiveFault fault_of(std::string_view text) {
  v1::PrimitiveFault fault;
  const Errors errors = load_message_text(text, "fault.yaml", fault, "");
  EXPECT_TRUE(errors.empty()) << format_errors(errors);
  return fault;
}

// Moves this process into a network namespace of its own, with lo up. False where that is not
// allowed.
inline bool enter_own_network() {
  if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::string("lo").copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  const bool is_up = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
  ::close(socket);
  return is_up;
}

// A control group that is gone with this object; empty path where none can be made.
class Cgroup {
 public:
  // `controller` with version 1: "freezer", "cpu", "memory".
  explicit Cgroup(const std::string& controller) {
    for (const std::string& parent :
         {std::string("/sys/fs/cgroup/") + controller, std::string("/sys/fs/cgroup")}) {
      const std::string path = fmt::format("{}/chokepoint-test-{}", parent, ::getpid());
      if (::mkdir(path.c_str(), 0755) != 0) continue;
      path_ = path;
      break;
    }
  }
  ~Cgroup() {
    if (!path_.empty()) ::rmdir(path_.c_str());
  }
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;

  const std::string& path() const { return path_; }
  bool has(const std::string& file) const {
    return !path_.empty() && fs::exists(path_ + "/" + file);
  }

 private:
  std::string path_;
};

constexpr std::string_view kPause = "{duration: 1min, process_pause: {process: sleeper}}";
constexpr std::string_view kStop = "{duration: 1min, process_stop: {process: sleeper}}";
constexpr std::string_view kClock =
    "{duration: 1min, process_clock: {process: sleeper, ahead: 1h}}";
constexpr std::string_view kBloat =
    "{duration: 1min, config_bloat: {file: features, entries: 1000, line: 'feature-{n} on;'}}";
constexpr std::string_view kLoss = "{duration: 1min, packet_loss: {interface: loop}}";

}  // namespace chokepoint::agents
