// False success: somebody, or a mistake of ours, makes a fault not happen or not go away although
// every call succeeded. Each must be reported; none may pass for a success.
#include <functional>

#include "agents/system/clock.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"
#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

// Others for each test that runs at the same time.
const std::string kId = fmt::format("mutant{}", ::getpid());
const std::string kTable = "chokepoint_" + kId;
const std::string kShared = "chokepoint-" + kId + "-other";

// What spoils the work, and the step behind which it does so each time.
std::string spoil_at;
std::function<void()> spoil;

void on_each_step(std::string_view what) {
  if (what != spoil_at || !spoil) return;
  const auto now = std::exchange(spoil, nullptr);  // which takes steps itself
  now();
  spoil = now;
}

void spoil_behind(const char* step, std::function<void()> with) {
  spoil_at = step;
  spoil = std::move(with);
}

struct Mutation {
  const char* fault;
  const char* step;                   // the last change of injecting
  std::function<void(Host&)> undone;  // as if injecting had changed nothing
  const char* last_step;              // the last change of reverting
  std::function<void(Host&)> back;    // as if reverting had changed nothing
};

// What it names may not be there yet.
void nft(const std::string& commands) { (void)Nftables().run(commands); }

std::string a_table(const std::string& family) {
  return fmt::format(
      "add table {0} {1}\nadd set {0} {1} armed4 {{ type ipv4_addr; flags interval, timeout; }}\n",
      family, kTable);
}

v1::ProcessIdentity sleeper_of(const Host& host) { return *identify_process(host.sleeper()); }

fs::path library_in(const Host& host) {
  return host.folder() / "state" / (std::string("clock-") + kId + ".so");
}

// By one that has the true clock.
void replace_sleeper(Host& host) {
  const std::string pid_file = (host.folder() / "pid").string();
  const auto runs = [&] { return find_process(pid_file, "/usr/bin/sleep"); };
  wait_until([&] { return static_cast<bool>(runs()); }, 2);
  ::kill(runs()->pid(), SIGKILL);
  host.start_sleeper();
}

// By one that has the fault's.
void replace_sleeper_with_clock(Host& host) {
  const std::string library = library_in(host);
  fs::copy_file(*find_clock_library(), library);
  for (const std::string& setting : clock_settings(library, kShared, 3600)) {
    const std::size_t end = setting.find('=');
    ::setenv(setting.substr(0, end).c_str(), setting.substr(end + 1).c_str(), 1);
  }
  replace_sleeper(host);
  ::unsetenv("LD_PRELOAD");
  wait_until(
      [&] {
        const Result<bool> has = has_loaded(sleeper_of(host), library);
        return has && *has;
      },
      2);
}

std::vector<Mutation> mutations() {
  const auto flush = [](const std::string& family) {
    return [family](Host&) { nft(fmt::format("flush set {} {} armed4\n", family, kTable)); };
  };
  const auto table = [](const std::string& family) {
    return [family](Host&) { nft(a_table(family)); };
  };
  const auto rewrite = [](Host& host) {
    host.write("features.map", "a 1;\nb 2;\nfeature-0 on;\n");
  };
  return {
      {"process_pause: {process: sleeper}", "signal: sent",
       [](Host& host) {
         ::kill(host.sleeper(), SIGCONT);
         wait_for(sleeper_of(host), ProcessState::running, 2);
       },
       "signal: sent",
       [](Host& host) {
         ::kill(host.sleeper(), SIGSTOP);
         wait_for(sleeper_of(host), ProcessState::stopped, 2);
       }},
      {"process_clock: {process: sleeper, ahead: 1h}", "clock: copied the library",
       [](Host& host) {  // one that cannot be loaded
         fs::remove(library_in(host));
         std::ofstream(library_in(host)) << "no library";
       },
       "clock: removed what is shared", replace_sleeper_with_clock},
      {"process_clock: {process: sleeper, behind: 1h}", "program: started", replace_sleeper,
       "program: started", replace_sleeper_with_clock},
      {"config_bloat: {file: features, entries: 9, line: 'f-{n} on;'}", "file: exchanged",
       [](Host& host) { host.write("features.map", "a 1;\nb 2;\n"); }, "file: removed", rewrite},
      {"file_denied: {file: features}", "file: mode set",
       [](Host& host) { ::chmod(host.file().c_str(), 0640); }, "file: mode set",
       [](Host& host) { ::chmod(host.file().c_str(), 0); }},
      {"packet_loss: {interface: loop}", "packet filter: changed", flush("netdev"),
       "packet filter: changed", table("netdev")},
      {"packet_reject: {interface: loop}", "packet filter: changed", flush("inet"),
       "packet filter: changed", table("inet")},
      {"packet_delay: {interface: loop, delay: 10ms, via: queue}", "packet filter: changed",
       flush("inet"), "packet filter: changed", table("inet")},
      {"packet_bandwidth: {interface: loop, rate: 1MB/s}", "packet filter: changed", flush("inet"),
       "queue: changed", table("inet")},
      {"stream_delay: {service: direct, delay: 20ms}", "packet filter: changed",
       [](Host&) { nft(fmt::format("flush set inet {} armed\n", kTable)); },
       "packet filter: changed",
       [](Host&) {
         nft(fmt::format("add table inet {0}\nadd set inet {0} armed {{ type inet_service; }}\n",
                         kTable));
       }},
      {"memory_load: {bytes: 1MB}", "companion: started",
       [](Host& host) {
         std::ifstream mark(host.folder() / "state" / (std::string("load-") + kId));
         pid_t pid = 0;
         mark >> pid;
         ::kill(pid, SIGKILL);
         wait_until([&] { return !identify_process(pid); }, 2);
       },
       "file: removed",
       [](Host& host) { host.write(std::string("state/load-") + kId, "1 1 another-boot\n"); }},
  };
}

class Mutations : public testing::Test {
 protected:
  void SetUp() override {
    if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
    ASSERT_TRUE(make_shared_clock(kShared));
    on_step(on_each_step);
  }
  void TearDown() override {
    on_step(nullptr);
    EXPECT_TRUE(remove_shared_clock(kShared));
  }
};

TEST_F(Mutations, AFaultThatDoesNotHappenIsNeverTakenForOneThatDoes) {
  int reported = 0;
  for (const Mutation& mutation : mutations()) {
    Host host;
    Agent agent = host.agent();
    const v1::PrimitiveFault fault =
        fault_of(std::string("{duration: 1min, ") + mutation.fault + "}");
    spoil_behind(mutation.step, [&] { mutation.undone(host); });

    const Result<Injected> injected = agent.inject(fault, kId);

    EXPECT_FALSE(injected) << mutation.fault;
    spoil_behind("", nullptr);
    if (!injected) ++reported;
    (void)agent.revert_all();
    nft("flush ruleset\n");
  }
  std::printf("%d of %zu faults that did not happen were reported\n", reported, mutations().size());
  RecordProperty("reported", reported);
}

TEST_F(Mutations, AFaultThatDoesNotGoAwayIsNeverTakenForOneThatDoes) {
  int reported = 0;
  for (const Mutation& mutation : mutations()) {
    Host host;
    Agent agent = host.agent();
    const v1::PrimitiveFault fault =
        fault_of(std::string("{duration: 1min, ") + mutation.fault + "}");
    {
      Result<Injected> injected = agent.inject(fault, kId);
      ASSERT_TRUE(injected) << mutation.fault << ": " << injected.error().message;
      spoil_behind(mutation.last_step, [&] { mutation.back(host); });

      const Status reverted = agent.revert(*injected);

      EXPECT_FALSE(reverted) << mutation.fault;
      if (!reverted) {
        EXPECT_EQ(reverted.error().code, Code::not_reverted);
        EXPECT_EQ(agent.standing()->size(), 1U) << mutation.fault;
        ++reported;
      }
    }
    spoil_behind("", nullptr);
    nft("flush ruleset\n");
    (void)agent.revert_all();
    ::kill(host.sleeper(), SIGCONT);
  }
  std::printf("%d of %zu faults that did not go away were reported\n", reported,
              mutations().size());
  RecordProperty("reported", reported);
}

}  // namespace
}  // namespace chokepoint::agents
