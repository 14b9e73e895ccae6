#include "scenarios/loader/source.h"

#include <algorithm>
#include <utility>

namespace chokepoint {
namespace {

// Bytes that do not begin a character of UTF-8.
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

int characters(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

}  // namespace

Source::Source(std::string name, std::string text, int rank)
    : name_(std::move(name)), text_(std::move(text)), rank_(rank), starts_{0} {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') starts_.push_back(i + 1);
  }
}

std::size_t Source::line_number_at(std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

std::size_t Source::start_of_line(std::size_t line) const {
  return line < starts_.size() ? starts_[line] : text_.size();
}

std::string_view Source::line_at(std::size_t offset) const {
  const std::size_t start = starts_[line_number_at(offset)];
  const std::string_view rest = text().substr(start);
  std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Span Source::span(std::size_t offset, std::size_t length) const {
  offset = std::min(offset, text_.size());
  const std::size_t line = line_number_at(offset);
  const std::string_view content = line_at(offset);
  const std::size_t from = std::min(offset - starts_[line], content.size());
  const std::string_view marked = content.substr(from, length);
  return {.file = name_,
          .line = static_cast<int>(line) + 1,
          .column = characters(content.substr(0, from)) + 1,
          .length = std::max(1, characters(marked))};
}

}  // namespace chokepoint
