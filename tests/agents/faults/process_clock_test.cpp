#include <chrono>
#include <cmath>

#include "agents/system/clock.h"
#include "agents/system/loaded.h"
#include "agents/system/wait.h"
#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

constexpr double kHour = 3600;
constexpr double kAMinute = 60;  // more than a test takes

// Writes, all the time, what time it is, by the wall and by a timer.
constexpr std::string_view kTeller = R"(
import os, sys, time
open("pid", "w").write(str(os.getpid()))
while True:
    with open("told.new", "w") as file:
        file.write(f"{os.getpid()} {time.time()} {time.monotonic()}")
    os.rename("told.new", "told")
    time.sleep(0.02)
)";

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// A process that tells the time, and the agent that may give it another.
class Clock : public testing::Test {
 protected:
  Clock() {
    fs::create_directory(folder_);
    host_.write("teller/teller.py", kTeller);
    allow("teller", "/usr/bin/python3", "cd {0} && exec /usr/bin/python3 teller.py");
    EXPECT_TRUE(start_program({"/bin/sh", "-c", config_.processes().at("teller").restart(2)},
                              (folder_ / "mark").string()));
    EXPECT_TRUE(wait_until([&] { return told().pid != 0; }, 10));
  }
  ~Clock() override {
    for (const auto& [name, target] : config_.processes()) {
      const auto process = find_process(target.pid_file(), target.executable());
      if (process) (void)kill_process(*process);
    }
  }

  // A process that /bin/sh starts with this command; {0} stands for its folder.
  void allow(const std::string& name, const std::string& executable, const std::string& command) {
    v1::ProcessTarget& target = (*config_.mutable_processes())[name];
    target.set_pid_file((folder_ / "pid").string());
    target.set_executable(executable);
    target.clear_restart();
    for (const std::string& word : {std::string("/bin/sh"), std::string("-c"),
                                    fmt::format(fmt::runtime(command), folder_.string())}) {
      target.add_restart(word);
    }
  }

  struct Told {
    pid_t pid = 0;
    double time = 0;
    double timer = 0;
  };
  // By whoever tells it now.
  Told told() const {
    Told told;
    std::ifstream(folder_ / "told") >> told.pid >> told.time >> told.timer;
    const auto process = find_process((folder_ / "pid").string(), "/usr/bin/python3");
    return process && process->pid() == told.pid ? told : Told{};
  }
  double ahead() const {
    wait_until([&] { return told().pid != 0; }, 5);
    return told().time - now();
  }

  // Refused, and the very same process runs on.
  void expect_refused(std::string_view text, Code code, std::string_view reason) {
    Agent agent = *Agent::open(config_, std::nullopt);
    const v1::PrimitiveFault fault = fault_of(text);
    const Result<Injected> injected = agent.inject(fault);
    ASSERT_FALSE(injected);
    EXPECT_EQ(injected.error().code, code) << injected.error().message;
    EXPECT_NE(injected.error().message.find(reason), std::string::npos) << injected.error().message;
    EXPECT_TRUE(agent.standing()->empty());
  }

  Host host_;
  fs::path folder_ = host_.folder() / "teller";
  v1::AgentConfig config_ = host_.config();
};

TEST_F(Clock, IsAheadWhileTheFaultLastsAndTrueAfterwards) {
  Agent agent = *Agent::open(config_, std::nullopt);
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, process_clock: {process: teller, ahead: 1h}}");
  EXPECT_NEAR(ahead(), 0, kAMinute);
  const double timer = told().timer;

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_NEAR(ahead(), kHour, kAMinute);
  EXPECT_NEAR(told().timer, timer, kAMinute);  // which have nothing to do with the time of day
  const pid_t wrong = told().pid;
  ASSERT_TRUE(agent.revert(*injected));
  EXPECT_NEAR(ahead(), 0, kAMinute);
  EXPECT_NE(told().pid, wrong);
}

TEST_F(Clock, MayBeBehind) {
  Agent agent = *Agent::open(config_, std::nullopt);
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, process_clock: {process: teller, behind: 90min}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  EXPECT_NEAR(ahead(), -1.5 * kHour, kAMinute);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST_F(Clock, LeavesNeitherFilesNorSharedMemoryBehind) {
  Agent agent = *Agent::open(config_, std::nullopt);
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, process_clock: {process: teller, ahead: 1h}}");
  Result<Injected> injected = agent.inject(fault);
  ASSERT_TRUE(injected) << injected.error().message;
  const v1::RestoreClock undo = injected->undo.restore_clock();
  const fs::path shared = "/dev/shm/" + undo.shared();
  const fs::path own = fmt::format("/dev/shm/faketime_shm_{}", told().pid);
  EXPECT_TRUE(fs::exists(undo.library()));
  EXPECT_TRUE(fs::exists(shared));
  EXPECT_FALSE(fs::exists(own));

  ASSERT_TRUE(agent.revert(*injected));

  EXPECT_FALSE(fs::exists(undo.library()));
  EXPECT_FALSE(fs::exists(shared));
  EXPECT_FALSE(fs::exists("/dev/shm/sem." + undo.shared()));
  EXPECT_FALSE(fs::exists(undo.mark()));
  EXPECT_TRUE(processes_with(undo.library()).empty());
}

TEST_F(Clock, IsSeenThoughTheProcessHasWrittenOverItsEnvironment) {
  // As programs do that show a title of their own.
  host_.write("teller/teller.py",
              std::string("import ctypes\n"
                          "address = ctypes.c_char_p.in_dll(ctypes.CDLL(None), 'environ')\n"
                          "first = ctypes.POINTER(ctypes.c_void_p).from_buffer(address)[0]\n"
                          "ctypes.memset(first, 0, len(open('/proc/self/environ').read()))\n") +
                  std::string(kTeller));
  Agent agent = *Agent::open(config_, std::nullopt);
  const v1::PrimitiveFault fault =
      fault_of("{duration: 1min, process_clock: {process: teller, ahead: 1h}}");

  Result<Injected> injected = agent.inject(fault);

  ASSERT_TRUE(injected) << injected.error().message;
  const auto process = find_process((folder_ / "pid").string(), "/usr/bin/python3");
  EXPECT_TRUE(wait_until([&] { return !environment_of(*process, "FAKETIME"); }, 5));
  EXPECT_EQ(agent.standing()->at(0).seen, Seen::injected);
  EXPECT_TRUE(agent.revert(*injected));
}

TEST_F(Clock, ThatIsNotTakenIsReportedAndTakenBack) {
  allow("teller", "/usr/bin/python3",
        "cd {0} && exec /usr/bin/env -u LD_PRELOAD /usr/bin/python3 teller.py");
  const pid_t before = told().pid;

  expect_refused("{duration: 1min, process_clock: {process: teller, ahead: 1h}}", Code::unavailable,
                 "true clock");

  EXPECT_NEAR(ahead(), 0, kAMinute);
  EXPECT_NE(told().pid, before);
}

TEST_F(Clock, IsRefusedToAProcessThatHasAnotherAlready) {
  const auto library = find_clock_library();
  ASSERT_TRUE(library);
  const std::string shared = fmt::format("chokepoint-test-{}", ::getpid());
  ASSERT_TRUE(make_shared_clock(shared));
  ASSERT_TRUE(kill_process(*find_process((folder_ / "pid").string(), "/usr/bin/python3")));
  ASSERT_TRUE(start_program({"/bin/sh", "-c", config_.processes().at("teller").restart(2)},
                            (folder_ / "mark").string(), clock_settings(*library, shared, kHour)));
  ASSERT_TRUE(wait_until([&] { return told().pid != 0; }, 10));

  expect_refused("{duration: 1min, process_clock: {process: teller, ahead: 1h}}", Code::conflict,
                 "already");
  EXPECT_TRUE(remove_shared_clock(shared));
}

TEST_F(Clock, IsRefusedToProgramsThatDoNotAskTheCLibrary) {
  const fs::path go = folder_ / "go";
  fs::copy_file("/usr/bin/sleep", go);
  std::ofstream(go, std::ios::app) << "\xff Go buildinf:\x08\x02";
  for (const std::string& program : {go.string(), std::string("/bin/busybox")}) {
    const std::string name = fs::path(program).filename();
    v1::ProcessTarget& target = (*config_.mutable_processes())[name];
    target.set_pid_file((folder_ / (name + ".pid")).string());
    target.set_executable(program);
    target.add_restart("/bin/true");
    const std::string mark = (folder_ / "mark").string();
    ASSERT_TRUE(start_program(name == "go" ? std::vector<std::string>{program, "600"}
                                           : std::vector<std::string>{program, "sleep", "600"},
                              mark));
    std::ofstream(target.pid_file()) << read_mark(mark)->pid();
    ASSERT_TRUE(
        wait_until([&] { return static_cast<bool>(find_process(target.pid_file(), program)); }, 5));

    expect_refused("{duration: 1min, process_clock: {process: " + name + ", ahead: 1h}}",
                   Code::denied, "past the C library");

    EXPECT_EQ(state_of(*read_mark(mark)), ProcessState::running);
  }
}

TEST(ClockLibrary, GivesProgramsAnotherTime) { EXPECT_TRUE(try_clock()); }

}  // namespace
}  // namespace chokepoint::agents
