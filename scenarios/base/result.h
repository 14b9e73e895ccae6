#pragma once
// Errors as values. Everything that can fail because of the outside world returns a Result or a
// Status; a broken invariant uses CHOKEPOINT_ASSERT (assert.h) instead. There is no third kind.

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace chokepoint {

// One code per decision that a caller can take, not one per cause. Each maps to one exit code
// (exit.h) and, once there is a wire, to one gRPC status.
enum class Code {
  invalid_input,  // a file, flag or value is wrong: mend it and try again
  not_found,      // a named thing does not exist
  conflict,       // it exists already, or is in use
  denied,         // not allowed to
  unavailable,    // cannot be reached, read or written now: trying again may help
  timed_out,      // no answer in time
  not_reverted,   // a fault may still be in place
};

// A stretch of text in a file, counted from 1; `line` 0 means the file as a whole.
struct Span {
  std::string file;
  int line = 0;
  int column = 0;
  int length = 1;
};

struct Error {
  Code code = Code::invalid_input;
  std::string message;             // what is wrong: lower case, no full stop
  std::optional<Span> where = {};  // set when the cause stands in a text
  std::string hint = {};           // what to do next; may be empty
  std::string source_line = {};    // the line of `where`, without its end; may be empty
};

// A T or an Error. Dereferencing a Result that holds an error is a bug of the caller and throws
// std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return content_.index() == 0; }
  const T& operator*() const& { return std::get<0>(content_); }
  T& operator*() & { return std::get<0>(content_); }
  T&& operator*() && { return std::get<0>(std::move(content_)); }
  const T* operator->() const { return &std::get<0>(content_); }
  T* operator->() { return &std::get<0>(content_); }
  const Error& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, Error> content_;
};

struct Ok {};
using Status = Result<Ok>;

}  // namespace chokepoint
