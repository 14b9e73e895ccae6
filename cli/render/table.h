#pragma once
// A table of text. Columns are as wide as their cells; when a line would not fit, first the last
// column gives way, then the widest but the first, and their cells are wrapped between words.

#include <string>
#include <vector>

#include "cli/render/paint.h"

namespace chokepoint::cli {

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

enum class Align { left, right };

class Table {
 public:
  // Every row has one cell for each column.
  explicit Table(std::vector<Align> columns);

  void add(std::vector<Cell> row);
  bool is_empty() const { return rows_.empty(); }

  // The rows, each line indented by two columns and ended by a newline, none wider than kLineWidth
  // and none with spaces at its end.
  std::string text(Colour colour) const;

 private:
  std::vector<std::size_t> column_widths() const;
  std::string row_text(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                       Colour colour) const;

  std::vector<Align> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// Cuts a text into lines of at most `width` columns, between words where possible, and after dashes
// and slashes within a word that is too long. At least one line, which may be empty.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace chokepoint::cli
