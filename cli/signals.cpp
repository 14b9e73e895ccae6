#include "cli/signals.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <string_view>

#include "scenarios/base/assert.h"

namespace chokepoint::cli {
namespace {

constexpr std::array kInterruptions = {SIGINT, SIGTERM, SIGHUP};
constexpr int kSignalExit = 128;  // shells' convention: 128 + the signal
constexpr std::size_t kMostPaths = 64;

// A signal handler may read lock-free atomics and call unlink(2), rmdir(2), write(2) and _exit(2).
std::array<std::atomic<const char*>, kMostPaths> g_unfinished{};
static_assert(std::atomic<const char*>::is_always_lock_free);

void remove_unfinished() {
  for (auto path = g_unfinished.rbegin(); path != g_unfinished.rend(); ++path) {
    const char* unfinished = path->load();
    if (unfinished != nullptr && unlink(unfinished) != 0) rmdir(unfinished);
  }
}

extern "C" void on_interruption(int signal) {
  remove_unfinished();
  constexpr std::string_view kSaid = "\ninterrupted: nothing unfinished was kept\n";
  [[maybe_unused]] const ssize_t count = write(STDERR_FILENO, kSaid.data(), kSaid.size());
  _exit(kSignalExit + signal);
}

// Returns, and lets abort() go on.
extern "C" void on_abort(int) { remove_unfinished(); }

sigset_t interruptions() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kInterruptions) sigaddset(&set, signal);
  return set;
}

std::size_t take_slot(const char* path) {
  for (std::size_t i = 0; i < g_unfinished.size(); ++i) {
    const char* empty = nullptr;
    if (g_unfinished[i].compare_exchange_strong(empty, path)) return i;
  }
  assertion_failed("slot", "more unfinished files at once than this program writes");
}

}  // namespace

void handle_signals() {
  struct sigaction action = {};
  action.sa_handler = on_interruption;
  action.sa_mask = interruptions();
  for (const int signal : kInterruptions) sigaction(signal, &action, nullptr);
  std::signal(SIGABRT, on_abort);
  std::signal(SIGXFSZ, SIG_IGN);
}

RemovedOnInterrupt::RemovedOnInterrupt(const std::filesystem::path& path)
    : path_(path.string()), slot_(take_slot(path_.c_str())) {}

RemovedOnInterrupt::~RemovedOnInterrupt() { g_unfinished[slot_] = nullptr; }

InterruptsHeld::InterruptsHeld() {
  const sigset_t set = interruptions();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
}

InterruptsHeld::~InterruptsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace chokepoint::cli
