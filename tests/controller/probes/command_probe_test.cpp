#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

namespace fs = std::filesystem;

class CommandProbe : public testing::Test {
 protected:
  CommandProbe() {
    std::string folder = (fs::temp_directory_path() / "chokepoint-command-XXXXXX").string();
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  ~CommandProbe() override { fs::remove_all(folder_); }

  std::unique_ptr<Asker> asker(const std::vector<std::string>& words,
                               const std::string& timeout = "10s") {
    v1::ControllerConfig config;
    v1::ProbeCommand& command = (*config.mutable_commands())["it"];
    for (const std::string& word : words) command.add_command(word);
    return asker_of("{timeout: " + timeout + ", command: {name: it}}", config);
  }
  Answer run(const std::vector<std::string>& words, const std::string& timeout = "10s") {
    return asker(words, timeout)->ask();
  }
  // A program of its own, in the language of the shell.
  std::string script(const std::string& text) {
    const fs::path path = folder_ / "script";
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }
  // What a script wrote into a file here.
  pid_t number_in(const std::string& name) const {
    pid_t number = -1;
    std::ifstream(folder_ / name) >> number;
    EXPECT_GT(number, 1) << "the script did not come so far";
    return number;
  }

  static bool is_alive(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string number;
    std::string name;
    std::string state = "Z";
    file >> number >> name >> state;
    return state != "Z" && state != "X";
  }
  static bool is_gone(pid_t process) {
    for (int i = 0; i < 400 && is_alive(process); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return !is_alive(process);
  }
  static void expect_no_child() {
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }

  fs::path folder_;
};

TEST_F(CommandProbe, IsGoodForExitCodeZero) {
  const Answer answer = run({"/bin/true"});
  EXPECT_TRUE(answer.is_good) << answer.text;
  EXPECT_THAT(answer.text, testing::StartsWith("exit code 0 after "));
  expect_no_child();
}

TEST_F(CommandProbe, IsBadForAnyOtherWithItsLastWords) {
  const Answer answer = run({script("echo first; echo 'out of  stock' >&2; echo; exit 3")});
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "exit code 3: out of stock");
  expect_no_child();
}

TEST_F(CommandProbe, SaysWhichSignalEndedIt) {
  EXPECT_EQ(run({script("kill -TERM $$")}).text, "ended by signal 15");
}

TEST_F(CommandProbe, GivesArgumentsAsTheyStand) {
  EXPECT_TRUE(
      run({script("[ \"$1\" = '; exit 1' ] && [ \"$2\" = '$HOME *' ]"), "; exit 1", "$HOME *"})
          .is_good);
}

TEST_F(CommandProbe, KillsItWithItsChildrenAtTheTimeout) {
  const std::string file = (folder_ / "child").string();
  const Answer answer =
      run({script("/bin/sleep 1000 & echo $! > " + file + "; echo waiting; wait")}, "300ms");
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "no end within 300ms: waiting");
  expect_waited_for(answer, 0.3);
  EXPECT_TRUE(is_gone(number_in("child")));
  expect_no_child();
}

TEST_F(CommandProbe, KillsWhatIgnoresBeingAsked) {
  const Answer answer = run({script("trap '' TERM INT HUP; while :; do :; done")}, "200ms");
  expect_waited_for(answer, 0.2);
  expect_no_child();
}

TEST_F(CommandProbe, KillsWhatItLeftInTheBackground) {
  const std::string file = (folder_ / "child").string();
  const Answer answer = run({script("/bin/sleep 1000 & echo $! > " + file)});
  EXPECT_TRUE(answer.is_good) << answer.text;
  EXPECT_LT(answer.took_s, 5) << "the child holds the output open, and nobody waits for that";
  EXPECT_TRUE(is_gone(number_in("child")));
}

TEST_F(CommandProbe, IsNotHeldByOutputWithoutEnd) {
  const Answer endless = run({"/usr/bin/yes"}, "200ms");
  EXPECT_THAT(endless.text, testing::StartsWith("no end within 200ms"));
  expect_waited_for(endless, 0.2);
  const Answer left = run({script("/usr/bin/yes & /bin/sleep 0.05; exit 4")});
  EXPECT_THAT(left.text, testing::StartsWith("exit code 4"));
  EXPECT_LT(left.took_s, 5);
}

TEST_F(CommandProbe, GoesOnAfterClosingItsOutputs) {
  EXPECT_TRUE(run({script("exec >&- 2>&-; /bin/sleep 0.1; exit 0")}).is_good);
}

TEST_F(CommandProbe, ReadsNothing) { EXPECT_TRUE(run({"/bin/cat"}).is_good); }

TEST_F(CommandProbe, HandsNoDescriptorOn) {
  const int open = ::open("/dev/null", O_RDONLY);  // not to be closed by exec
  const std::string number = std::to_string(open);
  EXPECT_TRUE(run({script("[ -e /proc/$$/fd/1 ] && [ ! -e /proc/$$/fd/" + number + " ]")}).is_good);
  ::close(open);
}

TEST_F(CommandProbe, BeginsWithSignalsAsInANewShell) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const Answer term = run({script("kill -TERM $$; exit 0")});
  const Answer pipe = run({script("kill -PIPE $$; exit 0")});
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(term.text, "ended by signal 15");
  EXPECT_EQ(pipe.text, "ended by signal 13");
}

TEST_F(CommandProbe, MakesWhatItSaysFitToBeShown) {
  const Answer answer = run({script("printf 'a\\033[31mb\\377c\\n'; exit 1")});
  EXPECT_EQ(answer.text, "exit code 1: a [31mb c");
}

TEST_F(CommandProbe, SaysThatItIsGone) {
  const std::string path = script("exit 0");
  const auto asked = asker({path});
  EXPECT_TRUE(asked->ask().is_good);
  fs::remove(path);
  const Answer answer = asked->ask();
  EXPECT_FALSE(answer.is_good);
  EXPECT_THAT(answer.text, testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace chokepoint::controller
