#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "agents/bloat/room.h"
#include "agents/faults/driver.h"
#include "agents/system/hash.h"
#include "agents/system/process.h"
#include "agents/system/replace_file.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

int signal_number(const std::string& name) {
  return name == "USR1" ? SIGUSR1 : name == "USR2" ? SIGUSR2 : SIGHUP;
}

bool is_original(const v1::RestoreFile& undo, const fs::path& path) {
  const Result<FileIdentity> found = identify(path);
  return found && found->device == undo.device() && found->inode == undo.inode();
}

bool is_grown(const v1::RestoreFile& undo, const std::string& hash) {
  return std::find(undo.grown_hash().begin(), undo.grown_hash().end(), hash) !=
         undo.grown_hash().end();
}

bool exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

Result<std::string> hash_of(const fs::path& path) {
  const Result<std::string> contents = read_whole(path);
  if (!contents) return contents.error();
  return content_hash(*contents);
}

std::string next_to(const v1::RestoreFile& undo) { return undo.aside() + ".next"; }

// Whoever reads the file is told; nobody is there to be told when the process is down.
Status tell_reader(const v1::RestoreFile& undo) {
  if (undo.signal() == 0) return Ok{};
  const auto reader = find_process(undo.pid_file(), undo.executable());
  if (!reader) return Ok{};
  return send_if_there(*reader, undo.signal());
}

class ConfigBloatDriver : public Driver {
 public:
  ConfigBloatDriver(const v1::AgentConfig& config, const v1::ConfigBloat& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    const auto target = allowed(config_.files(), fault_.file(), "file");
    if (!target) return target.error();
    std::error_code error;
    const fs::path path = fs::canonical(target->path(), error);
    if (error) {
      return Error{.code = Code::not_found,
                   .message = fmt::format("there is no file {}", target->path())};
    }
    const Result<FileIdentity> original = identify(path);
    if (!original) return original.error();
    const Result<std::string> contents = read_whole(path);
    if (!contents) return contents.error();
    Result<std::vector<std::string>> stages = stages_of(*contents, target->largest());
    if (!stages) return stages.error();
    stages_ = *std::move(stages);

    Prepared prepared;
    prepared.object = "file " + path.string();
    v1::RestoreFile& undo = *prepared.undo.mutable_restore_file();
    undo.set_path(path.string());
    // A name that no include of *.conf matches.
    undo.set_aside(
        (path.parent_path() / fmt::format(".{}.chokepoint-{}", path.filename().string(), id))
            .string());
    undo.set_device(original->device);
    undo.set_inode(original->inode);
    undo.set_original_hash(content_hash(*contents));
    for (const std::string& stage : stages_) undo.add_grown_hash(content_hash(stage));
    prepared.plan = {
        fmt::format("write {} of {}", undo.aside(),
                    format_quantity(static_cast<double>(stages_.front().size()), v1::UNIT_BYTES)),
        fmt::format("exchange it with {} ({})", undo.path(),
                    format_quantity(static_cast<double>(contents->size()), v1::UNIT_BYTES))};
    if (!target->reload().empty()) {
      const auto reader = allowed(config_.processes(), target->reload(), "process");
      if (!reader) return reader.error();
      undo.set_pid_file(reader->pid_file());
      undo.set_executable(reader->executable());
      undo.set_signal(signal_number(target->signal()));
      prepared.plan.push_back(fmt::format("send SIG{} to {}", target->signal(), target->reload()));
    }
    if (stages_.size() > 1) {
      prepared.plan.push_back(
          fmt::format("and again, {} times within {}, until it has {}", stages_.size() - 1,
                      format_quantity(fault_.over(), v1::UNIT_DURATION),
                      format_quantity(static_cast<double>(stages_.back().size()), v1::UNIT_BYTES)));
    }
    return prepared;
  }

  Status inject(const v1::Undo& undo, double /*lease*/) override {
    const v1::RestoreFile& file = undo.restore_file();
    const Error changed{.code = Code::conflict,
                        .message = fmt::format("{} was changed by somebody meanwhile", file.path()),
                        .hint = "try again"};
    const Result<std::string> contents = read_whole(file.path());
    if (!contents) return contents.error();
    if (!is_original(file, file.path()) || content_hash(*contents) != file.original_hash()) {
      return changed;
    }
    if (Status written = write_like(file.aside(), stages_.front(), file.path()); !written) {
      return written;
    }
    if (Status exchanged = exchange_names(file.aside(), file.path()); !exchanged) return exchanged;
    // Somebody may have put another file there in the last moment: then that one is aside now.
    if (!is_original(file, file.aside())) {
      const Status back = exchange_names(file.aside(), file.path());
      return back ? Status(changed) : back;
    }
    begun_ = Clock::now();
    reached_ = 1;
    stages_.front().clear();
    return tell_reader(file);
  }

  Result<double> advance(const v1::Undo& undo) override {
    if (reached_ >= stages_.size()) return kNever;
    const double due =
        fault_.over() * static_cast<double>(reached_) / static_cast<double>(stages_.size() - 1);
    const double left = due - std::chrono::duration<double>(Clock::now() - begun_).count();
    if (left > 0) return left;
    if (Status grown = grow(undo.restore_file()); !grown) return grown.error();
    return 0.0;
  }

 private:
  using Clock = std::chrono::steady_clock;

  // The contents after each step.
  Result<std::vector<std::string>> stages_of(const std::string& original, double largest) const {
    if ((fault_.entries() == 0) == (fault_.bytes() == 0)) {
      return Error{.code = Code::invalid_input,
                   .message = "nothing says how much the file grows",
                   .hint = "write 'entries' or 'bytes'"};
    }
    const Result<Room> room = room_in(original, fault_);
    if (!room) return room.error();
    const std::uint64_t last =
        fault_.entries() > 0 ? fault_.entries() : room->entries_for(fault_.bytes());
    std::vector<std::string> stages;
    const std::uint32_t count = std::max(fault_.stages(), 1U);
    for (std::uint32_t stage = 1; stage <= count; ++stage) {
      const double share = fault_.curve() == "doubling"
                               ? std::exp2(static_cast<double>(stage) - count)
                               : static_cast<double>(stage) / count;
      const auto entries =
          static_cast<std::uint64_t>(std::max(1.0, std::round(share * static_cast<double>(last))));
      stages.push_back(room->filled(entries, largest));
      if (static_cast<double>(stages.back().size()) <= largest) continue;
      return Error{.code = Code::denied,
                   .message = fmt::format("the file would be larger than {}",
                                          format_quantity(largest, v1::UNIT_BYTES)),
                   .hint = "'largest' in the agent's configuration says how large it may be made"};
    }
    return stages;
  }

  // One more step: the next copy takes the place of the one before, unless somebody else has.
  Status grow(const v1::RestoreFile& file) {
    const std::string next = next_to(file);
    if (Status written = write_like(next, stages_[reached_], file.path()); !written) return written;
    if (Status exchanged = exchange_names(next, file.path()); !exchanged) return exchanged;
    const Result<std::string> before = hash_of(next);
    if (!before || !is_grown(file, *before)) {
      if (Status back = exchange_names(next, file.path()); !back) return back;
      if (Status removed = remove_file(next); !removed) return removed;
      return Error{.code = Code::conflict,
                   .message = fmt::format(
                       "{} was replaced by somebody while the fault was in place", file.path())};
    }
    if (Status removed = remove_file(next); !removed) return removed;
    stages_[reached_].clear();
    ++reached_;
    return tell_reader(file);
  }

  const v1::AgentConfig& config_;
  const v1::ConfigBloat& fault_;
  std::vector<std::string> stages_;  // each until it is written
  std::size_t reached_ = 0;
  Clock::time_point begun_{};
};

}  // namespace

std::unique_ptr<Driver> make_config_bloat(const v1::AgentConfig& config,
                                          const v1::ConfigBloat& fault) {
  return std::make_unique<ConfigBloatDriver>(config, fault);
}

Status revert_bloat(const v1::RestoreFile& undo) {
  if (!is_original(undo, undo.path())) {
    if (!is_original(undo, undo.aside())) {
      return Error{.code = Code::not_reverted,
                   .message = fmt::format("neither {} nor {} is the original any more", undo.path(),
                                          undo.aside()),
                   .hint = "somebody else changed them; put the file back by hand"};
    }
    const Result<std::string> standing = hash_of(undo.path());
    if (standing && !is_grown(undo, *standing)) {
      return Error{.code = Code::not_reverted,
                   .message = fmt::format(
                       "{} was replaced by somebody while the fault was in place", undo.path()),
                   .hint = fmt::format("it was left alone; the original is {}", undo.aside())};
    }
    if (standing) {
      if (Status exchanged = exchange_names(undo.aside(), undo.path()); !exchanged)
        return exchanged;
    } else if (Status moved = move_file(undo.aside(), undo.path()); !moved) {
      return moved;  // somebody removed the grown copy
    }
  }
  for (const std::string& left : {undo.aside(), next_to(undo)}) {
    if (Status removed = remove_file(left); !removed) return removed;
  }
  return tell_reader(undo);
}

Seen look_at_bloat(const v1::RestoreFile& undo) {
  const Result<std::string> standing = hash_of(undo.path());
  if (!standing) return Seen::unknown;
  if (is_original(undo, undo.path()) && *standing == undo.original_hash()) {
    return exists(undo.aside()) || exists(next_to(undo)) ? Seen::unknown : Seen::baseline;
  }
  return is_grown(undo, *standing) && is_original(undo, undo.aside()) ? Seen::injected
                                                                      : Seen::unknown;
}

}  // namespace chokepoint::agents
