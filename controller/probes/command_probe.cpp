#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "controller/probes/command_run.h"
#include "controller/probes/kinds.h"

namespace chokepoint::controller {
namespace {

class CommandAsker final : public Asker {
 public:
  CommandAsker(std::vector<std::string> words, double timeout)
      : command_(std::move(words)), timeout_(timeout) {}

  Answer ask() override {
    const Deadline deadline(timeout_);
    const CommandRun::Outcome outcome = command_.run(deadline);
    if (!outcome.failure.empty()) return deadline.bad(outcome.failure);
    const std::string said = outcome.last_line.empty() ? "" : ": " + outcome.last_line;
    if (!outcome.has_ended) return deadline.bad(deadline.missed("end") + said);
    if (outcome.signal != 0) {
      return deadline.bad(fmt::format("ended by signal {}{}", outcome.signal, said));
    }
    const std::string code = fmt::format("exit code {}", outcome.exit_code);
    return outcome.exit_code == 0 ? deadline.good(code) : deadline.bad(code + said);
  }

 private:
  CommandRun command_;
  double timeout_;
};

}  // namespace

Result<std::unique_ptr<Asker>> make_command_asker(const v1::CommandProbe& probe,
                                                  const v1::ControllerConfig& config,
                                                  double timeout) {
  const auto found = config.commands().find(probe.name());
  if (found == config.commands().end()) {
    return Error{
        .code = Code::denied,
        .message = fmt::format("this controller runs no command '{}'", one_line(probe.name())),
        .hint = "its configuration names what probes may run, under 'commands'"};
  }
  const auto& words = found->second.command();
  if (words.empty() || !words.Get(0).starts_with('/')) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("the command '{}' has no absolute path", probe.name()),
                 .hint = "write [/usr/local/bin/place-an-order]"};
  }
  if (::access(words.Get(0).c_str(), X_OK) != 0) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("the command '{}' cannot be run: {}: {}", probe.name(),
                                        words.Get(0), std::generic_category().message(errno))};
  }
  return std::unique_ptr<Asker>(std::make_unique<CommandAsker>(
      std::vector<std::string>(words.begin(), words.end()), timeout));
}

}  // namespace chokepoint::controller
