#include <fmt/format.h>

#include "scenarios/loader/load.h"

namespace chokepoint {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// Blanks as wide as what stands before the column; tabs stay tabs, so that the caret is below it.
std::string indent_to(std::string_view line, int column) {
  std::string blanks;
  int at = 0;
  for (const char c : line) {
    if (!begins_character(c)) continue;
    if (++at >= column) break;
    blanks += c == '\t' ? '\t' : ' ';
  }
  return blanks;
}

}  // namespace

std::string format_error(const Error& error) {
  std::string text;
  if (error.where && error.where->line > 0) {
    text = fmt::format("{}:{}:{}: ", error.where->file, error.where->line, error.where->column);
  } else if (error.where) {
    text = fmt::format("{}: ", error.where->file);
  }
  text += fmt::format("error: {}\n", error.message);
  if (error.where && error.where->line > 0 && !error.source_line.empty()) {
    const Span& where = *error.where;
    text += fmt::format("{:5} | {}\n", where.line, error.source_line);
    text += fmt::format("      | {}{}\n", indent_to(error.source_line, where.column),
                        std::string(static_cast<std::size_t>(where.length), '^'));
  }
  if (!error.hint.empty()) text += fmt::format("   hint: {}\n", error.hint);
  return text;
}

std::string format_errors(const Errors& errors) {
  std::string text;
  for (const Error& error : errors) text += format_error(error);
  if (errors.size() >= kMaxErrors) {
    text += fmt::format("only the first {} errors are shown\n", kMaxErrors);
  }
  return text;
}

}  // namespace chokepoint
