#include "agents/journal/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "agents/system/failure.h"
#include "agents/system/hash.h"
#include "agents/system/replace_file.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

using Bytes = std::string;

constexpr std::size_t kHeader = 12;  // mark, length, CRC of the rest: 4 bytes each
constexpr std::array<char, 4> kRecordMark = {'c', 'k', 'p', '1'};
constexpr std::uint32_t kLongest = 1U << 20U;

void put(Bytes& bytes, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>((number >> shift) & 0xffU));
  }
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) {
    number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

// The record that begins at `at`, or an empty view when there is none that is whole.
std::string_view payload_at(std::string_view bytes, std::size_t at) {
  if (bytes.size() - at < kHeader) return {};
  if (!bytes.substr(at).starts_with(std::string_view(kRecordMark.data(), kRecordMark.size())))
    return {};
  const std::uint32_t length = number_at(bytes, at + 4);
  if (length == 0 || length > kLongest || bytes.size() - at - kHeader < length) return {};
  const std::string_view payload = bytes.substr(at + kHeader, length);
  return crc_of(payload) == number_at(bytes, at + 8) ? payload : std::string_view{};
}

}  // namespace

Result<Journal> Journal::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return system_error(fmt::format("cannot make the folder {}", folder.string()), error.value());
  }
  const std::filesystem::path path = folder / "journal";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_error(fmt::format("cannot open {}", path.string()));
  if (Status synced = sync_folder(folder); !synced) return synced.error();
  return Journal(path, std::move(file));
}

Journal::Lock::~Lock() {
  if (number_ >= 0) ::flock(number_, LOCK_UN);
}

Result<Journal::Lock> Journal::lock(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  while (::flock(file_.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return system_error(fmt::format("cannot lock {}", path_.string()));
    }
    if (Clock::now() >= until) {
      return Error{.code = Code::timed_out,
                   .message = fmt::format("{} is held by another process", path_.string()),
                   .hint = "an agent that changes something holds it for moments only"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return Lock(file_.number());
}

Status Journal::append(v1::JournalEntry entry) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  entry.set_at_s(std::chrono::duration<double>(now).count());
  const Bytes payload = entry.SerializeAsString();
  Bytes record(kRecordMark.data(), kRecordMark.size());
  put(record, static_cast<std::uint32_t>(payload.size()));
  put(record, crc_of(payload));
  record += payload;

  // A record that was cut off before would hide this one.
  const Result<Contents> before = read();
  if (!before) return before.error();
  if (!before->is_damaged &&
      ::ftruncate(file_.number(), static_cast<off_t>(before->good_bytes)) != 0) {
    return system_error(fmt::format("cannot write to {}", path_.string()));
  }
  step("journal: write");
  const ssize_t written = ::write(file_.number(), record.data(), record.size());
  if (written != static_cast<ssize_t>(record.size())) {
    const int why = written < 0 ? errno : ENOSPC;
    // When this fails too, the torn record stays, and is ignored.
    (void)!::ftruncate(file_.number(), static_cast<off_t>(before->good_bytes));
    return system_error(fmt::format("cannot write to {}", path_.string()), why);
  }
  if (::fdatasync(file_.number()) != 0) {
    return system_error(fmt::format("cannot write {} to disk", path_.string()));
  }
  step("journal: written");
  return Ok{};
}

Result<Journal::Contents> Journal::read() const {
  struct stat status = {};
  if (::fstat(file_.number(), &status) != 0) {
    return system_error(fmt::format("cannot read {}", path_.string()));
  }
  Bytes bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got =
        ::pread(file_.number(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
    if (got < 0) return system_error(fmt::format("cannot read {}", path_.string()));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return parse(bytes);
}

// A record that is not whole at the very end was cut off: it never counted. Anything whole behind
// one means that the middle is damaged.
Journal::Contents Journal::parse(std::string_view bytes) {
  Contents contents;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string_view payload = payload_at(bytes, at);
    v1::JournalEntry entry;
    if (payload.empty() ||
        !entry.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
      break;
    }
    at += kHeader + payload.size();
    contents.entries.push_back(std::move(entry));
  }
  contents.good_bytes = at;
  for (std::size_t next = at + 1; next < bytes.size(); ++next) {
    if (!payload_at(bytes, next).empty()) contents.is_damaged = true;
  }
  return contents;
}

Result<std::vector<v1::JournalEntry>> Journal::entries() const {
  Result<Contents> contents = read();
  if (!contents) return contents.error();
  if (contents->is_damaged) {
    return Error{.code = Code::not_reverted,
                 .message = fmt::format("{} is damaged behind byte {}", path_.string(),
                                        contents->good_bytes),
                 .hint = "what stands before was read; look for leftovers by hand, then remove it"};
  }
  return std::move(contents->entries);
}

Result<Journal::Open> Journal::open_faults() const {
  Result<Contents> contents = read();
  if (!contents) return contents.error();
  Open open{.faults = {}, .is_damaged = contents->is_damaged};
  for (v1::JournalEntry& entry : contents->entries) {
    if (entry.step() == v1::JOURNAL_STEP_PREPARED) {
      open.faults.push_back(std::move(entry));
    } else if (entry.step() == v1::JOURNAL_STEP_REVERTED) {
      std::erase_if(open.faults,
                    [&](const v1::JournalEntry& fault) { return fault.id() == entry.id(); });
    }
  }
  return open;
}

Status Journal::tidy_up() {
  const Result<Open> open = open_faults();
  if (!open) return open.error();
  if (!open->faults.empty() || open->is_damaged) return Ok{};
  if (::ftruncate(file_.number(), 0) != 0) {
    return system_error(fmt::format("cannot empty {}", path_.string()));
  }
  return Ok{};
}

}  // namespace chokepoint::agents
