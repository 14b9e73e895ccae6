#include "tests/e2e/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "tests/cli/temporary_folder.h"

namespace chokepoint::e2e {
namespace {

namespace fs = std::filesystem;
using cli::testing::content_of;
using cli::testing::TemporaryFolder;

constexpr const char* kProgram = CHOKEPOINT_PROGRAM;

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_of(const Command& command) {
  std::map<std::string, std::string> variables = command.environment;
  variables.try_emplace("PATH", "/usr/bin:/bin");
  variables.try_emplace("TERM", "xterm-256color");
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

// Files that stand for the standard streams, and the folder that the command runs in.
class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void open(int descriptor, const std::string& path, int flags) {
    constexpr mode_t kMode = 0600;
    posix_spawn_file_actions_addopen(&actions_, descriptor, path.c_str(), flags, kMode);
  }
  void use(int descriptor, int for_it) {
    posix_spawn_file_actions_adddup2(&actions_, for_it, descriptor);
  }
  void enter(const std::string& folder) {
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

pid_t spawn(const Command& command, const Actions& actions) {
  std::vector<std::string> words = command.wrapper;
  words.emplace_back(kProgram);
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment = environment_of(command);
  pid_t process = -1;
  const int error = posix_spawnp(&process, words.front().c_str(), actions.get(), nullptr,
                                 pointers_to(words).data(), pointers_to(environment).data());
  EXPECT_EQ(error, 0) << words.front() << " does not start";
  return process;
}

pid_t spawn_with_files(const Command& command, const fs::path& files) {
  cli::testing::write_text(files / "in", command.input);
  Actions actions;
  if (!command.folder.empty()) actions.enter(command.folder);
  actions.open(STDIN_FILENO, files / "in", O_RDONLY);
  actions.open(STDOUT_FILENO, command.out.empty() ? (files / "out").string() : command.out,
               O_WRONLY | O_CREAT);
  actions.open(STDERR_FILENO, files / "err", O_WRONLY | O_CREAT);
  return spawn(command, actions);
}

int exit_of(pid_t process) {
  int status = 0;
  EXPECT_EQ(waitpid(process, &status, 0), process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Running::Running(const Command& command) {
  std::string folder = (fs::temp_directory_path() / "chokepoint-e2e-XXXXXX").string();
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  files_ = folder;
  Command here = command;
  if (here.folder.empty()) here.folder = files_;
  process_ = spawn_with_files(here, files_);
}

Running::~Running() {
  if (process_ > 0) {
    send(SIGKILL);
    wait();
  }
  std::error_code ignored;
  fs::remove_all(files_, ignored);
}

void Running::send(int signal) const { EXPECT_EQ(kill(process_, signal), 0); }

Outcome Running::wait() {
  Outcome outcome;
  outcome.exit = exit_of(std::exchange(process_, -1));
  const fs::path out = fs::path(files_) / "out";
  outcome.out = fs::exists(out) ? content_of(out) : "";
  outcome.err = content_of(fs::path(files_) / "err");
  return outcome;
}

Outcome chokepoint(const Command& command) { return Running(command).wait(); }

Outcome chokepoint(const std::vector<std::string>& arguments) {
  return chokepoint(Command{.arguments = arguments});
}

Outcome chokepoint_on_terminal(const Command& command) {
  winsize size = {};
  size.ws_col = 100;
  size.ws_row = 50;
  int controller = -1;
  int terminal = -1;
  EXPECT_EQ(openpty(&controller, &terminal, nullptr, nullptr, &size), 0);
  Actions actions;
  actions.open(STDIN_FILENO, "/dev/null", O_RDONLY);
  actions.use(STDOUT_FILENO, terminal);
  actions.use(STDERR_FILENO, terminal);
  const pid_t process = spawn(command, actions);
  close(terminal);

  Outcome outcome;
  std::array<char, 4096> chunk{};
  for (ssize_t count = 1; count > 0;) {  // ends with an error once the program has
    count = read(controller, chunk.data(), chunk.size());
    if (count > 0) outcome.out.append(chunk.data(), static_cast<std::size_t>(count));
  }
  close(controller);
  outcome.exit = exit_of(process);
  return outcome;
}

std::string source(const std::string& path) { return std::string(CHOKEPOINT_SOURCE) + "/" + path; }
std::string starter() { return source("scenarios/library/starter.yaml"); }
std::string incident() { return source("scenarios/library/incidents/coinbase-use1-az4-2026.yaml"); }

}  // namespace chokepoint::e2e
