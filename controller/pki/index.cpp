#include "controller/pki/index.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "scenarios/base/instant.h"

namespace chokepoint::controller::pki {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::string_view kTitle = "# serial role name valid-until addresses\n";
constexpr std::string_view kNone = "-";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(separator, from), text.size());
    parts.emplace_back(text.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

std::optional<Entry> entry_of(std::string_view line) {
  constexpr std::size_t kFields = 5;
  const std::vector<std::string> fields = split(line, ' ');
  if (fields.size() != kFields) return std::nullopt;
  const std::optional<Role> role = role_of(fields[1]);
  const Result<sys_seconds> valid_until = parse_instant(fields[3]);
  if (fields[0].empty() || !role || !wrong_with_name(fields[2]).empty() || !valid_until) {
    return std::nullopt;
  }
  Entry entry{.serial = fields[0],
              .role = *role,
              .name = fields[2],
              .valid_until = static_cast<double>(valid_until->time_since_epoch().count())};
  if (fields[4] != kNone) entry.addresses = split(fields[4], ',');
  return entry;
}

}  // namespace

std::string text_of(const Index& index) {
  std::string text(kTitle);
  for (const Entry& entry : index) {
    const sys_seconds valid_until(seconds(static_cast<long long>(entry.valid_until)));
    text += fmt::format("{} {} {} {} {}\n", entry.serial, name_of(entry.role), entry.name,
                        format_instant(valid_until),
                        entry.addresses.empty() ? std::string(kNone)
                                                : fmt::to_string(fmt::join(entry.addresses, ",")));
  }
  return text;
}

Result<Index> index_of(std::string_view text) {
  Index index;
  std::vector<std::string> lines = split(text, '\n');
  const bool is_whole = text.starts_with(kTitle) && text.ends_with('\n');
  if (!is_whole) return Error{.message = "its first line or the end of its last one is missing"};
  lines.pop_back();
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::optional<Entry> entry = entry_of(lines[i]);
    if (!entry) return Error{.message = fmt::format("line {} is damaged", i + 1)};
    index.push_back(*entry);
  }
  return index;
}

Index named(const Index& index, std::string_view name) {
  Index found;
  std::copy_if(index.begin(), index.end(), std::back_inserter(found),
               [&](const Entry& entry) { return entry.name == name; });
  return found;
}

}  // namespace chokepoint::controller::pki
