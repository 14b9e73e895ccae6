#pragma once
// Where a command reads and writes: `out` is the result, `err` is progress and errors. Commands get
// one of these instead of the process's own streams, so that a test can look at what they print.

#include <cstdio>
#include <string>
#include <string_view>

#include "cli/render/paint.h"
#include "scenarios/base/result.h"

namespace chokepoint::cli {

struct Io {
  std::FILE* in = stdin;
  std::FILE* out = stdout;
  std::FILE* err = stderr;
};

// What a line that is drawn again begins with.
inline constexpr const char* kClearLine = "\r\x1b[K";

// True for a terminal that a person looks at.
bool is_terminal(std::FILE* stream);

// Colour is for terminals only, and never with NO_COLOR set (https://no-color.org) or TERM=dumb.
Colour colour_for(std::FILE* stream);

// Writes all of `text` and flushes. Error (Code::unavailable): the stream is full, closed or
// broken.
Status print(std::FILE* stream, std::string_view text);

// Everything up to the end of the stream. Error (Code::unavailable): it cannot be read.
Result<std::string> read_all(std::FILE* stream);

}  // namespace chokepoint::cli
