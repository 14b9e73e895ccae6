// A control group stands still or gets less: one value in one of its files, version 2 or 1.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "agents/faults/driver.h"
#include "agents/system/descriptor.h"
#include "agents/system/failure.h"
#include "agents/system/replace_file.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

constexpr double kGroupPatience = 2;  // seconds, for a value to take effect
constexpr double kPeriod = 100'000;   // microseconds, in which a group gets its share of time

// Without white space at the end; nothing when it cannot be read.
std::optional<std::string> value_of(const fs::path& path) {
  const Result<std::string> contents = read_whole(path);
  if (!contents) return std::nullopt;
  std::string text = *contents;
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

Status write_value(const fs::path& path, const std::string& value) {
  step("cgroup: write");
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open() || ::write(file.number(), value.data(), value.size()) < 0) {
    return system_error(fmt::format("cannot write '{}' to {}", value, path.string()));
  }
  step("cgroup: written");
  return Ok{};
}

bool holds_us(const fs::path& group) {
  const std::string self = std::to_string(::getpid());
  std::error_code error;
  for (fs::recursive_directory_iterator entry(group, error), end; entry != end;
       entry.increment(error)) {
    if (entry->path().filename() != "cgroup.procs") continue;
    std::ifstream file(entry->path());
    for (std::string line; std::getline(file, line);) {
      if (line == self) return true;
    }
  }
  return false;
}

// The file of this group, by version 2 or 1, and what it shall hold.
struct Change {
  std::string file;
  std::string during;
  std::string witness;  // a file of the group; empty for the same
  std::string witness_during;
};

std::string whole(double number) { return fmt::format("{:.0f}", std::floor(number)); }

Change freeze_of(const fs::path& group) {
  if (fs::exists(group / "cgroup.freeze")) {
    return {.file = "cgroup.freeze",
            .during = "1",
            .witness = "cgroup.events",
            .witness_during = "frozen 1"};
  }
  return {.file = "freezer.state", .during = "FROZEN", .witness = {}, .witness_during = {}};
}

Change cpu_limit_of(const fs::path& group, double cores) {
  if (fs::exists(group / "cpu.max")) {
    return {.file = "cpu.max",
            .during = whole(cores * kPeriod) + " " + whole(kPeriod),
            .witness = {},
            .witness_during = {}};
  }
  const auto period = value_of(group / "cpu.cfs_period_us");
  return {.file = "cpu.cfs_quota_us",
          .during = whole(cores * (period ? std::atof(period->c_str()) : kPeriod)),
          .witness = {},
          .witness_during = {}};
}

Change memory_limit_of(const fs::path& group, double bytes) {
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  const bool is_new = fs::exists(group / "memory.max");
  return {.file = is_new ? "memory.max" : "memory.limit_in_bytes",
          .during = whole(std::floor(bytes / page) * page),
          .witness = {},
          .witness_during = {}};
}

class CgroupDriver : public Driver {
 public:
  CgroupDriver(const v1::AgentConfig& config, const v1::PrimitiveFault& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& /*id*/) override {
    const std::string& name = fault_.has_cgroup_freeze() ? fault_.cgroup_freeze().cgroup()
                              : fault_.has_cpu_limit()   ? fault_.cpu_limit().cgroup()
                                                         : fault_.memory_limit().cgroup();
    const auto target = allowed(config_.cgroups(), name, "cgroup");
    if (!target) return target.error();
    const fs::path group = target->path();
    const Change change = fault_.has_cgroup_freeze() ? freeze_of(group)
                          : fault_.has_cpu_limit()
                              ? cpu_limit_of(group, fault_.cpu_limit().cores())
                              : memory_limit_of(group, fault_.memory_limit().bytes());
    const auto before = value_of(group / change.file);
    if (!before) {
      return Error{.code = Code::not_found,
                   .message = fmt::format("there is no {}", (group / change.file).string()),
                   .hint =
                       "is that controller on for this group? With version 1 each controller "
                       "has a folder of its own"};
    }
    if (fault_.has_cgroup_freeze() && holds_us(group)) {
      return Error{.code = Code::denied,
                   .message = fmt::format("the agent itself is in {}", group.string()),
                   .hint = "frozen it could not thaw anything; nothing was touched"};
    }
    if (*before == change.during) {
      return Error{
          .code = Code::conflict,
          .message = fmt::format("{} holds '{}' already", (group / change.file).string(), *before)};
    }
    Prepared prepared;
    // Two values of one group can be told apart; two changes of one value cannot.
    prepared.object = fmt::format("cgroup {} {}", name, change.file);
    v1::RestoreValue& undo = *prepared.undo.mutable_restore_value();
    undo.set_path((group / change.file).string());
    undo.set_before(*before);
    undo.set_during(change.during);
    if (!change.witness.empty()) {
      undo.set_witness((group / change.witness).string());
      undo.set_witness_during(change.witness_during);
    }
    prepared.plan = {
        fmt::format("write '{}' to {}, which holds '{}'", change.during, undo.path(), *before)};
    return prepared;
  }

  Status inject(const v1::Undo& whole_undo, double /*lease*/) override {
    const v1::RestoreValue& undo = whole_undo.restore_value();
    if (Status written = write_value(undo.path(), undo.during()); !written) return written;
    wait_until([&] { return look(whole_undo) == Seen::injected; }, kGroupPatience);
    return Ok{};
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PrimitiveFault& fault_;
};

}  // namespace

std::unique_ptr<Driver> make_cgroup_fault(const v1::AgentConfig& config,
                                          const v1::PrimitiveFault& fault) {
  return std::make_unique<CgroupDriver>(config, fault);
}

// A group that is gone took its limits along.
Status revert_value(const v1::RestoreValue& undo) {
  const auto now = value_of(undo.path());
  if (!now || *now == undo.before()) return Ok{};
  const bool is_ours = *now == undo.during() || *now == "FREEZING";
  if (!is_ours) {
    return Error{
        .code = Code::not_reverted,
        .message =
            fmt::format("{} holds '{}', which somebody else has put there", undo.path(), *now),
        .hint = fmt::format("it was left alone; before the fault it held '{}'", undo.before())};
  }
  if (Status written = write_value(undo.path(), undo.before()); !written) return written;
  wait_until([&] { return look_at_value(undo) == Seen::baseline; }, kGroupPatience);
  return Ok{};
}

Seen look_at_value(const v1::RestoreValue& undo) {
  const auto now = value_of(undo.path());
  if (!now || *now == undo.before()) {
    if (undo.witness().empty()) return Seen::baseline;
    const auto told = value_of(undo.witness());
    const bool lasts = told && told->find(undo.witness_during()) != std::string::npos;
    return lasts ? Seen::unknown : Seen::baseline;
  }
  if (*now != undo.during()) return Seen::unknown;
  if (undo.witness().empty()) return Seen::injected;
  const auto told = value_of(undo.witness());
  return told && told->find(undo.witness_during()) != std::string::npos ? Seen::injected
                                                                        : Seen::unknown;
}

}  // namespace chokepoint::agents
