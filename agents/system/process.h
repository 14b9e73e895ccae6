#pragma once
// Processes, named so that a number that was given to another one later is never taken for it.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agents/system/descriptor.h"
#include "chokepoint/v1/journal.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// The process whose number stands in the file, if it runs this program. Errors: not_found (no such
// file, no such process), conflict (another program), denied.
Result<v1::ProcessIdentity> find_process(const std::string& pid_file,
                                         const std::string& executable);

// The process that has this number now; nothing when there is none.
std::optional<v1::ProcessIdentity> identify_process(std::int32_t pid);

// All that run now.
std::vector<v1::ProcessIdentity> all_processes();

// The process and everything that it started, parents first.
std::vector<v1::ProcessIdentity> family_of(const v1::ProcessIdentity& process);

enum class ProcessState { running, stopped, gone };

// Gone also when another process has its number now, or the machine was booted since.
ProcessState state_of(const v1::ProcessIdentity& process);

// Whether a SIGKILL was sent to it that has not taken effect yet.
bool is_doomed(const v1::ProcessIdentity& process);

// Sends the signal to this very process. Errors: not_found when it is gone, denied.
Status send_signal(const v1::ProcessIdentity& process, int signal);

// The same, without an error when it is gone.
Status send_if_there(const v1::ProcessIdentity& process, int signal);

// Waits until the process is in the state; false after `seconds`.
bool wait_for(const v1::ProcessIdentity& process, ProcessState state, double seconds);

// Kills it and waits until it is gone; no error when it is gone already. Errors: timed_out after
// two seconds, denied.
Status kill_process(const v1::ProcessIdentity& process);

// Starts a program that lives on without us: a new session, /dev/null for its input and output, no
// shell, no signal blocked or ignored, our environment with `settings` (NAME=value) put over it.
// Before it begins it writes who it is to the file `mark`; should we die before that, it never
// begins. Errors: unavailable when it cannot be started.
Status start_program(const std::vector<std::string>& command, const std::string& mark,
                     const std::vector<std::string>& settings = {});
// Who wrote the mark; nothing when there is none that can be read.
std::optional<v1::ProcessIdentity> read_mark(const std::string& mark);

// The program that this process runs; the others of the agent stand beside it.
std::filesystem::path own_program();

// Of this boot.
std::string boot_identity();

}  // namespace chokepoint::agents
