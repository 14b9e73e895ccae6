#pragma once
// Where a question goes.

#include <string>
#include <string_view>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

struct Address {
  std::string host;  // a name or a numeric address, without brackets
  std::string port;  // 1 to 65535
};

// "10.77.1.11:5432", "db.staging:5432", "[::1]:5432". Errors: invalid_input.
Result<Address> parse_address(std::string_view text);

struct Url {
  bool is_https = false;
  Address address;
  std::string authority;  // as written, for the Host header
  std::string target;     // path and query, begins with a slash
};

// "http://host", "https://host:8443/path?query"; what follows a '#' is dropped. Errors:
// invalid_input, also for anything that HTTP could not carry as it stands (spaces, control
// characters, what is not ASCII) and for user names.
Result<Url> parse_url(std::string_view text);

// As part of a query: everything but letters, digits and -._~ is percent-encoded.
std::string percent_encoded(std::string_view text);

}  // namespace chokepoint::controller
