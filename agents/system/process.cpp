#include "agents/system/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "agents/system/failure.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"

namespace chokepoint::agents {
namespace {

// Of /proc/PID/stat.
struct Stat {
  char state = 'X';
  std::int32_t parent = 0;
  std::uint64_t started = 0;
};

std::optional<Stat> read_stat(std::int32_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t end_of_name = line.rfind(')');  // a name may hold spaces and parentheses
  if (end_of_name == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(end_of_name + 1));
  Stat stat;
  fields >> stat.state >> stat.parent;
  std::string skipped;
  constexpr int kFieldsBetween = 17;  // from the parent, field 4, to the start, field 22
  for (int i = 0; i < kFieldsBetween; ++i) fields >> skipped;
  fields >> stat.started;
  if (!fields) return std::nullopt;
  return stat;
}

// The stat of this very process.
std::optional<Stat> stat_of(const v1::ProcessIdentity& process) {
  if (process.boot() != boot_identity()) return std::nullopt;
  const std::optional<Stat> stat = read_stat(process.pid());
  if (!stat || stat->started != process.started()) return std::nullopt;
  return stat;
}

Descriptor open_process(std::int32_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

v1::ProcessIdentity identity(std::int32_t pid, const Stat& stat, const std::string& boot) {
  v1::ProcessIdentity process;
  process.set_pid(pid);
  process.set_started(stat.started);
  process.set_boot(boot);
  return process;
}

bool has_ended(const Stat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

template <class Visit>
void for_each_process(Visit visit) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::int32_t pid = std::stoi(name);
    const std::optional<Stat> stat = read_stat(pid);
    if (stat && !has_ended(*stat)) visit(pid, *stat);
  }
}

// Our environment with `settings` put over it.
std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
  std::vector<std::string> environment = settings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view ours = *entry;
    const std::string_view name = ours.substr(0, ours.find('=') + 1);
    const bool is_set = std::any_of(settings.begin(), settings.end(),
                                    [&](const auto& other) { return other.starts_with(name); });
    if (!is_set) environment.emplace_back(ours);
  }
  return environment;
}

// As exec takes them; `words` must outlive them.
std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// What we and the guardian do not listen to would be inherited.
void listen_to_all_signals() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Writes who we are to the file `mark`, and begins once that was heard; gives why it could not.
int become(const std::vector<char*>& command, const std::vector<char*>& environment,
           const std::string& mark, int starter) {
  const std::optional<Stat> self = read_stat(::getpid());
  std::ofstream file(mark);
  if (self) file << ::getpid() << ' ' << self->started << ' ' << boot_identity() << '\n';
  file.close();
  if (!self || !file) return EIO;
  constexpr int kMarked = 0;
  char word = 0;
  if (::send(starter, &kMarked, sizeof kMarked, MSG_NOSIGNAL) != sizeof kMarked) return EPIPE;
  if (::recv(starter, &word, 1, 0) != 1) return EPIPE;  // whoever wanted it is dead
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int number : {0, 1, 2}) ::dup2(nothing, number);
  listen_to_all_signals();
  ::execve(command[0], command.data(), environment.data());
  return errno;
}

}  // namespace

std::filesystem::path own_program() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error);
}

std::string boot_identity() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text;
  std::getline(file, text);
  return text;
}

Result<v1::ProcessIdentity> find_process(const std::string& pid_file,
                                         const std::string& executable) {
  std::ifstream file(pid_file);
  if (!file) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("there is no pid file {}", pid_file),
                 .hint = "does the process run?"};
  }
  std::string text;
  file >> text;
  std::int32_t pid = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (failure != std::errc{} || end != text.data() + text.size() || pid <= 1) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("{} holds no process number", pid_file)};
  }
  const std::optional<Stat> stat = read_stat(pid);
  if (!stat || has_ended(*stat)) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("process {} of {} does not run", pid, pid_file)};
  }
  std::error_code error;
  const std::filesystem::path runs =
      std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), error);
  if (error == std::errc::no_such_file_or_directory) {  // it ends at this moment
    return Error{.code = Code::not_found,
                 .message = fmt::format("process {} of {} does not run", pid, pid_file)};
  }
  if (error) {
    return system_error(fmt::format("cannot see what process {} runs", pid), error.value());
  }
  const std::filesystem::path wanted = std::filesystem::canonical(executable, error);
  if (error || runs != wanted) {
    return Error{
        .code = Code::conflict,
        .message = fmt::format("process {} of {} runs {}, not {}", pid, pid_file, runs.string(),
                               executable),
        .hint = "the pid file is out of date, or the agent's configuration names another program"};
  }
  return identity(pid, *stat, boot_identity());
}

std::optional<v1::ProcessIdentity> identify_process(std::int32_t pid) {
  const std::optional<Stat> stat = read_stat(pid);
  if (!stat || has_ended(*stat)) return std::nullopt;
  return identity(pid, *stat, boot_identity());
}

std::vector<v1::ProcessIdentity> all_processes() {
  std::vector<v1::ProcessIdentity> all;
  const std::string boot = boot_identity();
  for_each_process(
      [&](std::int32_t pid, const Stat& stat) { all.push_back(identity(pid, stat, boot)); });
  return all;
}

std::vector<v1::ProcessIdentity> family_of(const v1::ProcessIdentity& process) {
  std::map<std::int32_t, std::vector<v1::ProcessIdentity>> children;
  for_each_process([&](std::int32_t pid, const Stat& stat) {
    children[stat.parent].push_back(identity(pid, stat, process.boot()));
  });
  std::vector<v1::ProcessIdentity> family = {process};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const std::vector<v1::ProcessIdentity> own = children[family[i].pid()];
    family.insert(family.end(), own.begin(), own.end());
  }
  return family;
}

ProcessState state_of(const v1::ProcessIdentity& process) {
  const std::optional<Stat> stat = stat_of(process);
  if (!stat || has_ended(*stat)) return ProcessState::gone;
  return stat->state == 'T' ? ProcessState::stopped : ProcessState::running;
}

bool is_doomed(const v1::ProcessIdentity& process) {
  std::ifstream file(fmt::format("/proc/{}/status", process.pid()));
  constexpr std::uint64_t kKill = std::uint64_t{1} << (SIGKILL - 1);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("SigPnd:") && !line.starts_with("ShdPnd:")) continue;
    if ((std::stoull(line.substr(line.find(':') + 1), nullptr, 16) & kKill) != 0) return true;
  }
  return false;
}

Status send_signal(const v1::ProcessIdentity& process, int signal) {
  const Error gone{.code = Code::not_found,
                   .message = fmt::format("process {} is gone", process.pid())};
  // Opened first and compared then: from here on the number cannot be given away.
  const Descriptor opened = open_process(process.pid());
  if (!opened.is_open() || !stat_of(process)) return gone;
  step("signal: send");
  if (::syscall(SYS_pidfd_send_signal, opened.number(), signal, nullptr, 0) != 0) {
    if (errno == ESRCH) return gone;
    return system_error(fmt::format("cannot signal process {}", process.pid()));
  }
  step("signal: sent");
  return Ok{};
}

Status send_if_there(const v1::ProcessIdentity& process, int signal) {
  Status sent = send_signal(process, signal);
  return !sent && sent.error().code != Code::not_found ? sent : Status(Ok{});
}

Status kill_process(const v1::ProcessIdentity& process) {
  constexpr double kDeath = 2;
  if (state_of(process) == ProcessState::gone) return Ok{};
  if (Status sent = send_if_there(process, SIGKILL); !sent) return sent;
  if (wait_for(process, ProcessState::gone, kDeath)) return Ok{};
  return Error{.code = Code::timed_out,
               .message = fmt::format("process {} does not end", process.pid())};
}

bool wait_for(const v1::ProcessIdentity& process, ProcessState state, double seconds) {
  return wait_until([&] { return state_of(process) == state; }, seconds);
}

std::optional<v1::ProcessIdentity> read_mark(const std::string& mark) {
  std::ifstream file(mark);
  std::int32_t pid = 0;
  std::uint64_t started = 0;
  std::string boot;
  if (!(file >> pid >> started >> boot)) return std::nullopt;
  v1::ProcessIdentity process;
  process.set_pid(pid);
  process.set_started(started);
  process.set_boot(boot);
  return process;
}

Status start_program(const std::vector<std::string>& command, const std::string& mark,
                     const std::vector<std::string>& settings) {
  const std::vector<std::string> environment = environment_with(settings);
  const std::vector<char*> arguments = pointers_to(command);
  const std::vector<char*> variables = pointers_to(environment);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_error("cannot make a pair of sockets");
  }
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  step("program: start");
  const pid_t child = ::fork();
  if (child < 0) return system_error("cannot start a process");
  if (child == 0) {
    // Twice, so that the program is nobody's child and nobody has to wait for it.
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    ours.reset();  // nobody else's end, or our death would not be heard
    const int why = become(arguments, variables, mark, theirs.number());
    ::send(theirs.number(), &why, sizeof why, MSG_NOSIGNAL);
    ::_exit(127);
  }
  theirs.reset();
  ::waitpid(child, nullptr, 0);
  int why = 0;
  const auto hear = [&] { return ::recv(ours.number(), &why, sizeof why, 0) == sizeof why; };
  if (!hear()) why = EIO;
  if (why == 0) {
    step("program: marked");
    ::send(ours.number(), "!", 1, MSG_NOSIGNAL);
    hear();  // nothing when it has begun
  }
  if (why != 0) return system_error(fmt::format("cannot start {}", command.front()), why);
  step("program: started");
  return Ok{};
}

}  // namespace chokepoint::agents
