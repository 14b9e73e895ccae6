#pragma once
// Runs the real program, as a user would.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace chokepoint::e2e {

struct Command {
  std::vector<std::string> arguments = {};  // without the program itself
  std::string input = {};                   // standard input
  std::string folder = {};                  // working folder; empty: a new one for each command
  std::string out = {};                     // where standard output goes; empty: into Outcome::out
  std::vector<std::string> wrapper = {};    // a program that runs the command: {"prlimit", ...}
  std::map<std::string, std::string> environment = {};  // on top of an almost empty one
};

struct Outcome {
  int exit = -1;  // -1 when a signal ended it
  std::string out;
  std::string err;
};

// Runs `chokepoint` to its end.
Outcome chokepoint(const std::vector<std::string>& arguments);
Outcome chokepoint(const Command& command);

// Runs it with a terminal of 100 columns as standard output and error; both are in `out`.
Outcome chokepoint_on_terminal(const Command& command);

// A program that goes on by itself. Ended, if it has not, with this.
class Running {
 public:
  explicit Running(const Command& command);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void send(int signal) const;
  Outcome wait();

 private:
  std::string files_;  // folder of its input and output
  pid_t process_ = -1;
};

// A file of the repository, whole path.
std::string source(const std::string& path);

// The scenario that `chokepoint new` writes, and the incident of May 2026.
std::string starter();
std::string incident();

}  // namespace chokepoint::e2e
