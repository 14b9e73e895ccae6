#include "scenarios/loader/document_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "scenarios/loader/document.h"

namespace chokepoint {
namespace {

Position position(const Source& source, std::size_t offset, std::size_t length) {
  return {&source, static_cast<std::uint32_t>(offset),
          static_cast<std::uint32_t>(std::max<std::size_t>(length, 1))};
}

std::string_view rest_of_line(const Source& source, std::size_t offset) {
  std::string_view rest = source.text().substr(std::min(offset, source.text().size()));
  rest = rest.substr(0, rest.find_first_of("\r\n"));
  return rest;
}

constexpr std::size_t kNotClosed = std::string_view::npos;

// Length of a quoted scalar with its quotes.
std::size_t quoted_length(std::string_view rest) {
  const char quote = rest[0];
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (quote == '"' && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == quote) {
      if (quote == '"' || i + 1 >= rest.size() || rest[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return kNotClosed;
}

// Length of the well-formed character of UTF-8 in front; 0 when it is not one.
std::size_t character_length(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || rest.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool outside = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

// The first tab in the indentation of the line that holds `offset`; npos without one.
std::size_t tab_in_indentation(const Source& source, std::size_t offset) {
  const std::string_view line = source.line_at(offset);
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string_view::npos || line[first] != '\t') return std::string_view::npos;
  return static_cast<std::size_t>(line.data() - source.text().data()) + first;
}

struct Translation {
  std::string_view theirs;  // begins the parser's complaint
  std::string_view ours;
  std::string_view hint;
};

constexpr std::array kTranslations = {
    Translation{"illegal map value", "a colon where no value can stand",
                "put texts that contain ': ' in quotes, and check the indentation"},
    Translation{"end of map not found", "this does not line up with the mapping before it",
                "entries of one mapping begin in the same column"},
    Translation{"end of map flow not found", "a '{' without its '}'", ""},
    Translation{"end of sequence not found", "this does not line up with the list before it",
                "items of one list begin in the same column, each with '- '"},
    Translation{"end of sequence flow not found", "a '[' without its ']'", ""},
    Translation{"illegal flow end", "a closing bracket without its opening one", ""},
    Translation{"illegal block entry", "a list item where none can stand",
                "begin the list on a line of its own"},
    Translation{"illegal map key", "a key where none can stand", "check the indentation"},
    Translation{"the referenced anchor is not defined", "an alias to an anchor that is not defined",
                ""},
    Translation{"illegal EOF in scalar", "a quote that is not closed", ""},
};

}  // namespace

Position position_of_scalar(const Source& source, std::size_t offset, const std::string& value) {
  std::string_view rest = rest_of_line(source, offset);
  while (!rest.empty() && (rest[0] == '&' || rest[0] == '!')) {
    const std::size_t blank = rest.find_first_of(" \t");
    const std::size_t next =
        blank == std::string_view::npos ? blank : rest.find_first_not_of(" \t", blank);
    if (next == std::string_view::npos) return position(source, offset, rest.size());
    offset += next;
    rest.remove_prefix(next);
  }
  if (rest.empty()) return position(source, offset, 1);
  if (rest[0] == '"' || rest[0] == '\'') {
    return position(source, offset, std::min(quoted_length(rest), rest.size()));
  }
  if (rest[0] == '|' || rest[0] == '>') return position(source, offset, 1);
  if (rest[0] == '*') return position_of_token(source, offset);
  if (!value.empty() && rest.starts_with(value)) return position(source, offset, value.size());
  if (value.empty()) return position(source, offset, rest[0] == '~' ? 1 : 0);
  const std::size_t end = rest.find_last_not_of(" \t");
  return position(source, offset, end + 1);
}

bool is_closed(const Position& scalar) {
  const std::string_view rest = scalar.source->text().substr(scalar.offset);
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return true;
  return quoted_length(rest) != kNotClosed;
}

Position position_of_token(const Source& source, std::size_t offset) {
  const std::string_view rest = rest_of_line(source, offset);
  return position(source, offset, std::min(rest.find_first_of(" \t,]}"), rest.size()));
}

std::optional<Problem> problem_of_text(const Source& source) {
  const std::string_view text = source.text();
  if (text.size() > kMaxBytes) {
    return Problem{{&source, 0, 1}, fmt::format("larger than {} MiB", kMaxBytes >> 20U), ""};
  }
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text.substr(i, 4));
    if (length == 0) {
      return Problem{position(source, i, 1), "not UTF-8 text", "save the file as UTF-8"};
    }
    if (is_control(text[i])) {
      return Problem{position(source, i, 1),
                     fmt::format("a control character (0x{:02x})", static_cast<unsigned>(text[i])),
                     "take it away"};
    }
    i += length;
  }
  return std::nullopt;
}

Problem problem_of_syntax(const Source& source, int offset, const std::string& complaint) {
  const std::size_t size = source.text().size();
  std::size_t at = offset < 0 ? 0 : std::min(static_cast<std::size_t>(offset), size);
  // Complaints about the end of the text are shown where the text ends for people.
  while (
      at > 0 &&
      (at >= size || std::string_view("\r\n").find(source.text()[at]) != std::string_view::npos) &&
      std::isspace(static_cast<unsigned char>(source.text()[at - 1])) != 0) {
    --at;
  }
  if (const std::size_t tab = tab_in_indentation(source, at); tab != std::string_view::npos) {
    return {position(source, tab, 1), "a tab in the indentation", "indent with spaces"};
  }
  for (const Translation& t : kTranslations) {
    if (!complaint.starts_with(t.theirs)) continue;
    return {position(source, at, 1), std::string(t.ours), std::string(t.hint)};
  }
  return {position(source, at, 1), fmt::format("not YAML: {}", complaint), ""};
}

}  // namespace chokepoint
