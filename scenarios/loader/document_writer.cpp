#include "scenarios/loader/document_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace chokepoint {
namespace {

constexpr std::size_t kLineWidth = 120;
constexpr std::size_t kStep = 2;

bool is_plain(const std::string& text) {
  if (text.empty() || text == "null" || text == "~" || text.back() == ' ') return false;
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (!is_letter(text.front()) && text.front() != '/' && text.front() != '.') return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || std::string_view(" ./_-+%$").find(c) != std::string_view::npos;
  });
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\r') {
      result += "\\r";
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string scalar(const std::string& text) { return is_plain(text) ? text : quoted(text); }

// Of mappings within each other.
int depth_of(const Node& node) {
  int deepest = 0;
  for (const Entry& entry : node.entries) deepest = std::max(deepest, depth_of(*entry.value));
  return deepest + (node.kind == Node::Kind::map ? 1 : 0);
}

std::string on_one_line(const Node& node) {
  std::string inside;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return scalar(node.text);
    case Node::Kind::list:
      for (const NodePtr& item : node.items) {
        inside += (inside.empty() ? "" : ", ") + on_one_line(*item);
      }
      return "[" + inside + "]";
    case Node::Kind::map:
      for (const Entry& entry : node.entries) {
        inside +=
            (inside.empty() ? "" : ", ") + scalar(entry.key) + ": " + on_one_line(*entry.value);
      }
      return "{" + inside + "}";
  }
  return "null";
}

// Whether it is read at a glance.
bool is_small(const Node& node, std::size_t indent) {
  constexpr int kDeepest = 2;
  return depth_of(node) <= kDeepest && indent + on_one_line(node).size() <= kLineWidth;
}

}  // namespace

std::string yaml_of(const Node& map, std::size_t indent) {
  std::string text;
  for (const Entry& entry : map.entries) {
    const std::string key = std::string(indent, ' ') + scalar(entry.key) + ":";
    const Node& value = *entry.value;
    if (value.kind != Node::Kind::map || value.entries.empty() || is_small(value, key.size() + 1)) {
      text += key + " " + on_one_line(value) + "\n";
    } else {
      text += key + "\n" + yaml_of(value, indent + kStep);
    }
  }
  return text;
}

}  // namespace chokepoint
