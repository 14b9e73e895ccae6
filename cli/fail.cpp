#include "cli/fail.h"

#include <tuple>

namespace chokepoint::cli {

Exit fail(const Io& io, const Error& error) {
  std::ignore = print(io.err, format_error(error));
  return exit_of(error.code);
}

Exit fail(const Io& io, const Errors& errors) {
  std::ignore = print(io.err, format_errors(errors));
  return Exit::invalid;
}

}  // namespace chokepoint::cli
