#include "agents/bloat/tree.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace chokepoint::agents {
namespace {

// Stands for the entries until the text around them is known.
constexpr std::string_view kEntriesMark = "chokepoint-entries-stand-here";

Error not_of(const std::string& format, const std::string& why) {
  return {.code = Code::invalid_input,
          .message = fmt::format("the file is no {} that can be grown: {}", format, why)};
}

Error no_entry(const std::string& entry, const std::string& format) {
  return {.code = Code::invalid_input,
          .message = fmt::format("'{}' is no entry of that {}", entry, format),
          .hint = "in a mapping 'name-{n}: value', in a list a value"};
}

std::vector<std::string> keys_of(const std::string& path) {
  std::vector<std::string> keys;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t dot = std::min(path.find('.', at), path.size());
    keys.push_back(path.substr(at, dot - at));
    at = dot + 1;
  }
  return keys;
}

std::string numbered(std::string entry, const std::string& number) {
  const std::size_t hole = entry.find("{n}");
  return hole == std::string::npos ? entry : entry.replace(hole, 3, number);
}

// The entry, and the text around the mark.
Result<Room> around_mark(const std::string& text, const std::string& mark, std::string entry,
                         const std::string& between, const v1::ConfigBloat& fault) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return not_of(fault.format(), "it holds our own mark");
  Room room{.before = text.substr(0, at),
            .entry = std::move(entry),
            .between = between,
            .after = text.substr(at + mark.size())};
  if (fault.nested()) {
    room.is_nested = true;
    // One key, and everything in its value.
    const bool is_item = room.entry.empty();
    room.before += is_item ? "" : "\"chokepoint\": ";
    room.entry = R"({"d": {n}})";
  }
  return room;
}

}  // namespace

Result<Room> json_room(const std::string& original, const v1::ConfigBloat& fault) {
  using Json = nlohmann::ordered_json;
  Json root = Json::parse(original, nullptr, false);
  if (root.is_discarded()) return not_of("json", "it cannot be read");
  Json* at = &root;
  for (const std::string& key : keys_of(fault.under())) {
    if (!at->is_object() || !at->contains(key)) return not_of("json", "there is no '" + key + "'");
    at = &(*at)[key];
  }
  if (!at->is_structured()) return not_of("json", "what is to grow is no mapping and no list");
  const bool is_map = at->is_object();
  const std::string entry = !fault.line().empty() ? fault.line()
                            : is_map              ? R"("chokepoint-{n}": 0)"
                                                  : R"("chokepoint-{n}")";
  const std::string trial = numbered(entry, "0");
  if (!Json::accept(is_map ? "{" + trial + "}" : trial)) return no_entry(entry, "json");
  const std::string mark =
      is_map ? fmt::format("\"{}\": 0", kEntriesMark) : fmt::format("\"{}\"", kEntriesMark);
  if (is_map) {
    (*at)[std::string(kEntriesMark)] = 0;
  } else {
    at->push_back(std::string(kEntriesMark));
  }
  return around_mark(root.dump(2), mark, fault.nested() && !is_map ? "" : entry, ",\n", fault);
}

Result<Room> yaml_room(const std::string& original, const v1::ConfigBloat& fault) {
  try {
    YAML::Node root = YAML::Load(original);
    YAML::Node at = root;
    for (const std::string& key : keys_of(fault.under())) {
      if (!at.IsMap() || !at[key]) return not_of("yaml", "there is no '" + key + "'");
      at.reset(at[key]);
    }
    if (!at.IsMap() && !at.IsSequence()) {
      return not_of("yaml", "what is to grow is no mapping and no list");
    }
    const bool is_map = at.IsMap();
    const std::string entry = !fault.line().empty() ? fault.line()
                              : is_map              ? "chokepoint-{n}: 0"
                                                    : "chokepoint-{n}";
    const YAML::Node trial = YAML::Load(numbered(entry, "0"));
    if (trial.IsMap() != is_map && !fault.nested()) return no_entry(entry, "yaml");
    if (is_map) {
      at[std::string(kEntriesMark)] = 0;
    } else {
      at.push_back(std::string(kEntriesMark));
    }
    YAML::Emitter out;
    out << root;
    const std::string text = std::string(out.c_str()) + "\n";
    const std::string mark =
        is_map ? fmt::format("{}: 0", kEntriesMark) : std::string(kEntriesMark);
    const std::size_t found = text.find(mark);
    if (found == std::string::npos) return not_of("yaml", "it cannot be written anew");
    const std::size_t line = text.rfind('\n', found) + 1;
    const std::string indent = text.substr(line, found - line);
    // A line of its own, with blanks and perhaps the dash of a list before it; or in a row with
    // others.
    const bool is_block = indent.find_first_not_of(" -") == std::string::npos;
    const std::string between = is_block ? "\n" + indent : ", ";
    return around_mark(text, mark, fault.nested() && !is_map ? "" : entry, between, fault);
  } catch (const YAML::Exception& wrong) {
    return not_of("yaml", wrong.what());
  }
}

}  // namespace chokepoint::agents
