#pragma once
// Which certificates were issued: a text file, one line for each, oldest first.

#include <string>
#include <string_view>
#include <vector>

#include "controller/identity/identity.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller::pki {

struct Entry {
  std::string serial = {};  // hexadecimal, as serial_text (x509.h) writes it
  Role role = Role::observer;
  std::string name = {};
  double valid_until = 0;                   // seconds since 1970, whole
  std::vector<std::string> addresses = {};  // of a controller
};

using Index = std::vector<Entry>;

std::string text_of(const Index& index);

// Error (invalid_input, names the line): it is not as text_of writes it.
Result<Index> index_of(std::string_view text);

// All entries with this name.
Index named(const Index& index, std::string_view name);

}  // namespace chokepoint::controller::pki
