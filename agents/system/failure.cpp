#include "agents/system/failure.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace chokepoint::agents {

Error system_error(const std::string& what) { return system_error(what, errno); }

Error system_error(const std::string& what, int number) {
  const bool is_denied = number == EPERM || number == EACCES;
  return {.code = is_denied ? Code::denied : Code::unavailable,
          .message = fmt::format("{}: {}", what, std::strerror(number)),
          .hint = is_denied ? "the agent lacks the right to do this; 'preflight' says which" : ""};
}

}  // namespace chokepoint::agents
