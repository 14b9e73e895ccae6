#include "cli/render/table.h"

#include <algorithm>
#include <numeric>

#include "scenarios/base/assert.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kColumnGap = 2;
constexpr std::size_t kNarrowest = 8;
constexpr std::size_t kRestNarrowest = 10;
constexpr std::size_t kLastNarrowest = 24;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Bytes of the first `width` code points.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  while (bytes < text.size() && width > 0) {
    ++bytes;
    while (bytes < text.size() && is_continuation(text[bytes])) ++bytes;
    --width;
  }
  return bytes;
}

// How many bytes of a text that is too long belong on its first line.
std::size_t break_point(std::string_view text, std::size_t width) {
  const std::size_t fitting = bytes_of(text, width);
  const std::size_t first_word = text.find_first_not_of(' ');
  const std::size_t space = text.rfind(' ', fitting);
  if (space != std::string_view::npos && space > first_word) return space;
  const std::size_t joint = text.find_last_of("-/", fitting - 1);
  return joint == std::string_view::npos || joint == 0 ? fitting : joint + 1;
}

// The column that gives way: the last, which holds the longest texts; then the widest of those that
// are not the first, which names the row.
std::size_t narrowed_next(const std::vector<std::size_t>& widths) {
  if (widths.back() > kLastNarrowest) return widths.size() - 1;
  const auto rest = std::max_element(widths.begin() + 1, widths.end());
  const auto widest = rest != widths.end() && *rest > kRestNarrowest
                          ? rest
                          : std::max_element(widths.begin(), widths.end());
  return static_cast<std::size_t>(widest - widths.begin());
}

std::string padded(const Cell& cell, Align align, std::size_t width, Colour colour) {
  const std::string space(width - std::min(width, width_of(cell.text)), ' ');
  const std::string text = paint(cell.text, cell.tone, colour);
  return align == Align::left ? text + space : space + text;
}

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  CHOKEPOINT_ASSERT(width > 0, "a column has at least one character");
  std::vector<std::string> lines;
  while (width_of(text) > width) {
    const std::size_t end = break_point(text, width);
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

Table::Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

void Table::add(std::vector<Cell> row) {
  CHOKEPOINT_ASSERT(row.size() == columns_.size(), "a row has one cell for each column");
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::column_widths() const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i].text));
    }
  }
  const std::size_t room = kLineWidth - kIndent - kColumnGap * (columns_.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > room) {
    std::size_t& width = widths[narrowed_next(widths)];
    if (width <= kNarrowest) break;
    --width;
  }
  return widths;
}

std::string Table::row_text(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                            Colour colour) const {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < row.size(); ++i) {
    cells.push_back(wrap(row[i].text, std::max<std::size_t>(widths[i], 1)));
    height = std::max(height, cells.back().size());
  }
  std::string text;
  for (std::size_t line = 0; line < height; ++line) {
    std::string row_line(kIndent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Cell part = {line < cells[i].size() ? cells[i][line] : "", row[i].tone};
      row_line += padded(part, columns_[i], widths[i], colour);
      row_line.append(kColumnGap, ' ');
    }
    trim_end(row_line);
    text += row_line + "\n";
  }
  return text;
}

std::string Table::text(Colour colour) const {
  const std::vector<std::size_t> widths = column_widths();
  std::string text;
  for (const auto& row : rows_) text += row_text(row, widths, colour);
  return text;
}

}  // namespace chokepoint::cli
