#pragma once
// A JSON value to be printed. Members of objects keep the order in which they were set.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chokepoint {

class Json {
 public:
  static Json text(std::string_view value);
  static Json number(double value);
  static Json boolean_true();
  static Json boolean_false();
  static Json list(std::vector<Json> items = {});
  static Json object(std::initializer_list<std::pair<std::string, Json>> members = {});

  Json& set(std::string name, Json value);        // of an object; replaces an older value
  Json& set_first(std::string name, Json value);  // the same, in front of the others
  Json& add(Json item);                           // to a list
  bool has(std::string_view name) const;
  bool is_empty() const { return members_.empty(); }

  // Indented by two blanks a level; lists and objects of short plain values on one line.
  std::string print() const;

 private:
  enum class Kind { plain, list, object };
  void print_to(std::string& out, int level) const;
  std::string on_one_line() const;

  Kind kind_ = Kind::plain;
  std::string plain_ = "null";                         // printed as it is
  std::vector<std::pair<std::string, Json>> members_;  // items have no names
};

}  // namespace chokepoint
