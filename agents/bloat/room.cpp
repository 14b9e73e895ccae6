#include "agents/bloat/room.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "agents/bloat/tree.h"

namespace chokepoint::agents {
namespace {

constexpr std::string_view kHole = "{n}";

std::string with_end_of_line(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

std::string entry_or(const v1::ConfigBloat& fault, const std::string& harmless) {
  return fault.line().empty() ? harmless : fault.line();
}

Room behind(const std::string& original, const std::string& entry) {
  return {.before = with_end_of_line(original), .entry = entry + "\n", .between = {}, .after = {}};
}

Room nginx_map(const std::string& original, const v1::ConfigBloat& fault) {
  const std::string entry = entry_or(fault, "chokepoint-{n} 0;");
  const std::size_t end = original.rfind('}');
  if (end == std::string::npos) return behind(original, entry);
  return {.before = with_end_of_line(original.substr(0, end)),
          .entry = "    " + entry + "\n",
          .between = {},
          .after = original.substr(end)};
}

// As many as the first row has, with what stands between them; quotes may hold separators.
std::string row_like(const std::string& original) {
  const std::string row = original.substr(0, original.find('\n'));
  char separator = ',';
  for (const char candidate : {'\t', ';', ','}) {
    if (row.find(candidate) != std::string::npos) separator = candidate;
  }
  std::string entry(kHole);
  entry = "chokepoint-" + entry;
  const std::string field = entry;
  bool is_quoted = false;
  for (const char letter : row) {
    if (letter == '"') is_quoted = !is_quoted;
    if (letter == separator && !is_quoted) entry += separator + field;
  }
  return entry;
}

Result<Room> ini(const std::string& original, const v1::ConfigBloat& fault) {
  const std::string entry = entry_or(fault, "chokepoint-{n} = 0");
  if (fault.under().empty()) return behind(original, entry);
  const std::string text = with_end_of_line(original);
  const std::string head = "[" + fault.under() + "]";
  for (std::size_t line = 0; line < text.size(); line = text.find('\n', line) + 1) {
    if (text.compare(line, head.size(), head) != 0) continue;
    const std::size_t next = text.find("\n[", line);
    const std::size_t end = next == std::string::npos ? text.size() : next + 1;
    return Room{.before = text.substr(0, end),
                .entry = entry + "\n",
                .between = {},
                .after = text.substr(end)};
  }
  return Error{.code = Code::invalid_input,
               .message = fmt::format("the file has no section {}", head)};
}

}  // namespace

std::string Room::filled(std::uint64_t entries, double largest) const {
  const std::size_t hole = entry.find(kHole);
  std::string text = before;
  if (is_nested) {
    for (std::uint64_t i = 0; i < entries && static_cast<double>(text.size()) <= largest; ++i) {
      text.append(entry, 0, hole);
    }
    text += '0';
    for (std::uint64_t i = 0; i < entries && static_cast<double>(text.size()) <= largest; ++i) {
      text.append(entry, hole + kHole.size());
    }
    return text + after;
  }
  std::vector<std::string_view> pieces;
  for (std::string_view rest = entry;;) {
    const std::size_t next = rest.find(kHole);
    pieces.push_back(rest.substr(0, next));
    if (next == std::string_view::npos) break;
    rest.remove_prefix(next + kHole.size());
  }
  for (std::uint64_t number = 0; number < entries; ++number) {
    if (number > 0) text += between;
    const std::string digits = std::to_string(number);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i > 0) text += digits;
      text += pieces[i];
    }
    if (static_cast<double>(text.size()) > largest) break;
  }
  return text + after;
}

// By halving: a text grows with its entries, whatever they look like.
std::uint64_t Room::entries_for(double bytes) const {
  const auto size_of = [this](std::uint64_t entries) {
    const auto count = static_cast<double>(entries);
    if (is_nested)
      return static_cast<double>(before.size() + after.size()) + 1 +
             count * static_cast<double>(entry.size() - kHole.size());
    double holes = 0;
    for (std::size_t at = entry.find(kHole); at != std::string::npos;
         at = entry.find(kHole, at + 1)) {
      ++holes;
    }
    double digits = 0;  // of all numbers below `entries`
    for (double first = 1; first <= count; first *= 10) digits += count - (first > 1 ? first : 0);
    return static_cast<double>(before.size() + after.size()) +
           count * (static_cast<double>(entry.size()) - holes * static_cast<double>(kHole.size())) +
           holes * digits + (count - 1) * static_cast<double>(between.size());
  };
  std::uint64_t enough = 1;
  while (size_of(enough) < bytes) enough *= 2;
  std::uint64_t too_few = enough / 2;
  while (too_few + 1 < enough) {
    const std::uint64_t middle = (too_few + enough) / 2;
    (size_of(middle) < bytes ? too_few : enough) = middle;
  }
  return enough;
}

Result<Room> room_in(const std::string& original, const v1::ConfigBloat& fault) {
  const std::string& format = fault.format();
  const bool is_tree = format == "yaml" || format == "json";
  if (fault.nested() && !is_tree) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("entries of {} cannot stand in each other", format),
                 .hint = "'nested' is for yaml and json"};
  }
  if (!fault.under().empty() && !is_tree && format != "ini") {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("{} has nothing to stand 'under'", format)};
  }
  if (format == "yaml") return yaml_room(original, fault);
  if (format == "json") return json_room(original, fault);
  if (format == "ini") return ini(original, fault);
  if (format == "nginx-map") return nginx_map(original, fault);
  if (format == "haproxy-map") return behind(original, entry_or(fault, "chokepoint-{n} 0"));
  if (format == "csv") return behind(original, entry_or(fault, row_like(original)));
  return behind(original, entry_or(fault, "chokepoint-{n}"));
}

}  // namespace chokepoint::agents
