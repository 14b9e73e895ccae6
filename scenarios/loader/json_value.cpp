#include "scenarios/loader/json_value.h"

#include <fmt/format.h>

#include <algorithm>

namespace chokepoint {
namespace {

constexpr std::size_t kShort = 90;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

Json Json::text(std::string_view value) {
  Json json;
  json.plain_ = in_quotes(value);
  return json;
}

Json Json::number(double value) {
  Json json;
  json.plain_ = fmt::format("{}", value);
  return json;
}

Json Json::boolean_true() {
  Json json;
  json.plain_ = "true";
  return json;
}

Json Json::boolean_false() {
  Json json;
  json.plain_ = "false";
  return json;
}

Json Json::list(std::vector<Json> items) {
  Json json;
  json.kind_ = Kind::list;
  for (Json& item : items) json.add(std::move(item));
  return json;
}

Json Json::object(std::initializer_list<std::pair<std::string, Json>> members) {
  Json json;
  json.kind_ = Kind::object;
  for (const auto& [name, value] : members) json.set(name, value);
  return json;
}

Json& Json::set(std::string name, Json value) {
  const auto same = std::find_if(members_.begin(), members_.end(),
                                 [&](const auto& member) { return member.first == name; });
  if (same != members_.end()) {
    same->second = std::move(value);
  } else {
    members_.emplace_back(std::move(name), std::move(value));
  }
  return *this;
}

Json& Json::set_first(std::string name, Json value) {
  std::erase_if(members_, [&](const auto& member) { return member.first == name; });
  members_.emplace(members_.begin(), std::move(name), std::move(value));
  return *this;
}

bool Json::has(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(),
                     [&](const auto& member) { return member.first == name; });
}

Json& Json::add(Json item) {
  members_.emplace_back(std::string(), std::move(item));
  return *this;
}

std::string Json::on_one_line() const {
  if (kind_ == Kind::plain) return plain_;
  std::string line;
  for (const auto& [name, value] : members_) {
    if (!line.empty()) line += ", ";
    if (kind_ == Kind::object) line += in_quotes(name) + ": ";
    line += value.on_one_line();
    if (line.size() > kShort) break;  // too long already, whatever follows
  }
  return kind_ == Kind::list ? '[' + line + ']' : '{' + line + '}';
}

void Json::print_to(std::string& out, int level) const {
  const std::string line = on_one_line();
  if (kind_ == Kind::plain || line.size() <= kShort) {
    out += line;
    return;
  }
  out += kind_ == Kind::list ? "[" : "{";
  const std::string indent(static_cast<std::size_t>(level + 1) * 2, ' ');
  for (std::size_t i = 0; i < members_.size(); ++i) {
    out += (i == 0 ? "\n" : ",\n") + indent;
    if (kind_ == Kind::object) out += in_quotes(members_[i].first) + ": ";
    members_[i].second.print_to(out, level + 1);
  }
  out += '\n' + std::string(static_cast<std::size_t>(level) * 2, ' ');
  out += kind_ == Kind::list ? "]" : "}";
}

std::string Json::print() const {
  std::string out;
  print_to(out, 0);
  return out + '\n';
}

}  // namespace chokepoint
