#pragma once
// Certificates (X.509, in PEM), before they are used for anything.

#include <string>

#include "scenarios/base/result.h"

namespace chokepoint {

// Whether the first certificate of the text is valid now and, unless `key` is empty, belongs to
// that key. `name` is told in errors: invalid_input (no PEM), denied (expired, not valid yet,
// another key).
Status check_certificate(const std::string& certificate, const std::string& key,
                         const std::string& name);

// Who we are to others, and whom we believe: the content of three files.
struct Credentials {
  std::string authority;
  std::string certificate;
  std::string key;
};

// Errors: as for reading the files, and those of check_certificate for the certificate with its key.
Result<Credentials> read_credentials(const std::string& authority, const std::string& certificate,
                                     const std::string& key);

}  // namespace chokepoint
