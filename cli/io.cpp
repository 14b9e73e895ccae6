#include "cli/io.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace chokepoint::cli {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

bool is_terminal(std::FILE* stream) {
  const int descriptor = fileno(stream);
  return descriptor >= 0 && isatty(descriptor) == 1;
}

Colour colour_for(std::FILE* stream) {
  if (!is_terminal(stream) || is_set("NO_COLOR")) return Colour::never;
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return is_dumb ? Colour::never : Colour::always;
}

Status print(std::FILE* stream, std::string_view text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (is_written && std::fflush(stream) == 0) return Ok{};
  return Error{.code = Code::unavailable,
               .message = fmt::format("cannot write the result to standard output: {}",
                                      std::strerror(errno)),
               .hint = "free some space, or send the output somewhere else"};
}

Result<std::string> read_all(std::FILE* stream) {
  std::string text;
  std::array<char, 65536> chunk{};
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), stream)) {
    text.append(chunk.data(), count);
  }
  if (std::ferror(stream) == 0) return text;
  return Error{.code = Code::unavailable,
               .message = fmt::format("cannot read standard input: {}", std::strerror(errno))};
}

}  // namespace chokepoint::cli
