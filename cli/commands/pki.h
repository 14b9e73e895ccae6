#pragma once
// chokepoint pki: certificates for teams that have no public key infrastructure of their own.

#include <string>
#include <vector>

#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

enum class PkiStep { init, issue, revoke };

struct PkiArguments {
  PkiStep step = PkiStep::init;
  std::string folder = "pki";
  int authority_days = 0;  // init; 0: as long as usual
  int days = 0;            // issue; 0: as long as usual
  std::string role = {};
  std::string name = {};
  std::vector<std::string> addresses = {};
  bool is_renewal = false;
};

// Does the step as a whole or not at all, and says which files it made and what to do with them.
// Exit::held, Exit::invalid for what cannot be (a file that exists, a name never issued),
// Exit::aborted for a disk that is full.
Exit pki(const PkiArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
