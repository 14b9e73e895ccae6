// Processor time, memory and disk space that others do without: processes that die with the agent
// take them (agents/load/main.cpp).
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "agents/faults/driver.h"
#include "agents/system/companion.h"
#include "agents/system/process.h"
#include "agents/system/replace_file.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr double kDeath = 5;        // seconds; freeing much memory takes time
constexpr double kWatched = 0.3;    // seconds in which processor time must be used up
constexpr double kEnough = 0.2;     // of what was asked for; others want some, too
constexpr double kMostOfIt = 0.95;  // of the memory, which the kernel may have put aside in part
constexpr double kRoom = 64.0 * 1048576;  // bytes that a file system may give back behind our back

std::string bytes_text(double bytes) { return format_quantity(bytes, v1::UNIT_BYTES); }

Error too_much(const std::string& what) {
  return {.code = Code::denied,
          .message = fmt::format("this agent may not take {}", what),
          .hint = "'load' in its own configuration says how much; nothing was touched"};
}

bool are_on_one_disk(const std::string& one, const std::string& other) {
  struct stat of_one = {};
  struct stat of_other = {};
  return ::stat(one.c_str(), &of_one) == 0 && ::stat(other.c_str(), &of_other) == 0 &&
         of_one.st_dev == of_other.st_dev;
}

std::vector<v1::ProcessIdentity> marked(const std::string& mark) {
  std::ifstream file(mark);
  std::vector<v1::ProcessIdentity> found;
  std::int32_t pid = 0;
  std::uint64_t started = 0;
  std::string boot;
  while (file >> pid >> started >> boot) {
    v1::ProcessIdentity process;
    process.set_pid(pid);
    process.set_started(started);
    process.set_boot(boot);
    found.push_back(process);
  }
  return found;
}

// Seconds of processor time that the process has used.
double used_time(std::int32_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  const std::size_t end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos) return 0;
  std::istringstream fields(line.substr(end_of_name + 1));
  std::string skipped;
  constexpr int kBetween = 11;  // from the name to the user's time, field 14
  for (int i = 0; i < kBetween; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Bytes of memory that the process has in use.
double resident(std::int32_t pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

bool burns(const std::vector<v1::ProcessIdentity>& processes, double share) {
  const auto sum = [&] {
    double used = 0;
    for (const auto& process : processes) used += used_time(process.pid());
    return used;
  };
  const double before = sum();
  std::this_thread::sleep_for(std::chrono::duration<double>(kWatched));
  return sum() - before >= kEnough * share * kWatched * static_cast<double>(processes.size());
}

bool is_full(const std::string& folder, double leave) {
  struct statvfs system = {};
  if (::statvfs(folder.c_str(), &system) != 0) return false;
  return static_cast<double>(system.f_bavail) * static_cast<double>(system.f_frsize) <=
         leave + kRoom;
}

class LoadDriver : public Driver {
 public:
  LoadDriver(const v1::AgentConfig& config, const v1::PrimitiveFault& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    Prepared prepared;
    v1::EndLoad& undo = *prepared.undo.mutable_end_load();
    undo.set_mark((std::filesystem::path(config_.state()) / ("load-" + id)).string());
    Status filled = fault_.has_cpu_load()      ? fill(fault_.cpu_load(), prepared, undo)
                    : fault_.has_memory_load() ? fill(fault_.memory_load(), prepared, undo)
                                               : fill(fault_.disk_fill(), prepared, undo);
    if (!filled) return filled.error();
    return prepared;
  }

  Status inject(const v1::Undo& undo, double /*lease*/) override {
    std::vector<std::string> arguments = {undo.end_load().mark()};
    arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
    for (std::uint32_t i = 0; i < undo.end_load().processes(); ++i) {
      Result<Companion> worker = Companion::start("chokepoint-load", arguments, true);
      if (!worker) {
        Error error = worker.error();
        error.message = "the load cannot be had: " + error.message;
        return error;
      }
      workers_.push_back(*std::move(worker));
    }
    return Ok{};
  }

  Status renew(const v1::Undo& /*undo*/, double /*lease*/) override {
    if (std::all_of(workers_.begin(), workers_.end(),
                    [](Companion& worker) { return worker.is_alive(); })) {
      return Ok{};
    }
    return Error{.code = Code::unavailable,
                 .message = "a process that makes the load died",
                 .hint = "out of memory?"};
  }

 private:
  Status fill(const v1::CpuLoad& fault, Prepared& prepared, v1::EndLoad& undo) {
    if (fault.cores() > config_.load().cores()) {
      return too_much(fmt::format("{} cores", fault.cores()));
    }
    undo.set_resource("cpu");
    undo.set_processes(fault.cores());
    undo.set_amount(fault.share());
    prepared.object = "processor time";
    prepared.plan = {fmt::format("burn {} of {} cores",
                                 format_quantity(fault.share(), v1::UNIT_RATIO), fault.cores())};
    arguments_ = {"cpu", fmt::format("{}", fault.share())};
    return Ok{};
  }

  Status fill(const v1::MemoryLoad& fault, Prepared& prepared, v1::EndLoad& undo) {
    if (fault.bytes() > config_.load().memory()) return too_much(bytes_text(fault.bytes()));
    undo.set_resource("memory");
    undo.set_processes(1);
    undo.set_amount(fault.bytes());
    prepared.object = "memory";
    arguments_ = {"memory", fmt::format("{:.0f}", fault.bytes())};
    if (!fault.cgroup().empty()) {
      const auto group = allowed(config_.cgroups(), fault.cgroup(), "cgroup");
      if (!group) return group.error();
      prepared.object += " of " + fault.cgroup();
      arguments_.push_back(group->path() + "/cgroup.procs");
    }
    prepared.plan = {fmt::format("take {} of {}", bytes_text(fault.bytes()), prepared.object)};
    return Ok{};
  }

  Status fill(const v1::DiskFill& fault, Prepared& prepared, v1::EndLoad& undo) {
    const auto folder = allowed(config_.folders(), fault.folder(), "folder");
    if (!folder) return folder.error();
    if (::access(folder->path().c_str(), F_OK) != 0) {
      return Error{.code = Code::not_found,
                   .message = fmt::format("there is no folder {}", folder->path())};
    }
    for (const std::string& ours : {std::string("/"), config_.state()}) {
      if (!are_on_one_disk(folder->path(), ours)) continue;
      return Error{.code = Code::denied,
                   .message = fmt::format("{} is on the file system of {}", folder->path(), ours),
                   .hint =
                       "that one is never filled: neither the host nor the journal would live "
                       "on; nothing was touched"};
    }
    const double leave = std::max(fault.leave(), folder->keep());
    undo.set_resource("disk");
    undo.set_processes(1);
    undo.set_amount(leave);
    undo.set_folder(folder->path());
    prepared.object = "disk of " + folder->path();
    prepared.plan = {
        fmt::format("fill the file system of {} up to {}", folder->path(), bytes_text(leave))};
    arguments_ = {"disk", folder->path(), fmt::format("{:.0f}", leave)};
    return Ok{};
  }

  const v1::AgentConfig& config_;
  const v1::PrimitiveFault& fault_;
  std::vector<std::string> arguments_;
  std::vector<Companion> workers_;
};

}  // namespace

std::unique_ptr<Driver> make_load(const v1::AgentConfig& config, const v1::PrimitiveFault& fault) {
  return std::make_unique<LoadDriver>(config, fault);
}

Status revert_load(const v1::EndLoad& undo) {
  for (const v1::ProcessIdentity& process : marked(undo.mark())) {
    if (Status sent = send_if_there(process, SIGKILL); !sent) return sent;
    if (wait_for(process, ProcessState::gone, kDeath)) continue;
    return Error{.code = Code::not_reverted,
                 .message = fmt::format("process {} does not end", process.pid())};
  }
  return remove_file(undo.mark());
}

Seen look_at_load(const v1::EndLoad& undo) {
  std::error_code error;
  if (!std::filesystem::exists(undo.mark(), error)) return Seen::baseline;
  const std::vector<v1::ProcessIdentity> processes = marked(undo.mark());
  const auto lives = [](const auto& process) { return state_of(process) == ProcessState::running; };
  if (processes.size() != undo.processes() ||
      !std::all_of(processes.begin(), processes.end(), lives)) {
    return Seen::unknown;
  }
  const bool is_seen = undo.resource() == "cpu" ? burns(processes, undo.amount())
                       : undo.resource() == "memory"
                           ? resident(processes.front().pid()) >= kMostOfIt * undo.amount()
                           : is_full(undo.folder(), undo.amount());
  return is_seen ? Seen::injected : Seen::unknown;
}

}  // namespace chokepoint::agents
