#pragma once
// A text that a scenario is read from, and positions in it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint {

class Source {
 public:
  // `rank` orders mistakes of several texts: those of the file come before those of --set.
  Source(std::string name, std::string text, int rank);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  int rank() const { return rank_; }

  // Lines and columns count from 1, columns in characters (not bytes). `offset` and `length` are in
  // bytes; the length is cut at the end of the line.
  Span span(std::size_t offset, std::size_t length) const;

  // The line that holds `offset`, without its end.
  std::string_view line_at(std::size_t offset) const;

  // Offset of the first byte of a line, counted from 0; the end of the text for lines behind it.
  std::size_t start_of_line(std::size_t line) const;

 private:
  std::size_t line_number_at(std::size_t offset) const;

  std::string name_;
  std::string text_;
  int rank_;
  std::vector<std::size_t> starts_;
};

// A stretch of a source. Copies are cheap; the source must outlive them.
struct Position {
  const Source* source = nullptr;
  std::uint32_t offset = 0;
  std::uint32_t length = 1;
};

}  // namespace chokepoint
