#pragma once
// One question to the staging system, and what came of it. Each kind of probe is one file; a new
// one does not compile before make_asker knows it.

#include <memory>
#include <string>

#include "chokepoint/v1/controller.pb.h"
#include "chokepoint/v1/deployment.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

struct Answer {
  bool is_good = false;
  // For people: one line of valid UTF-8, at most kLongestText bytes (one_line.h).
  std::string text;
  double took_s = 0;  // of the steady clock
};

// Thread rule: one thread at a time asks.
class Asker {
 public:
  Asker() = default;
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
  virtual ~Asker() = default;

  // Blocks for the probe's timeout at most, and a little. Everything that goes wrong is an answer
  // that is not good. Whatever was opened is closed again: the next question finds out anew whether
  // one can connect at all.
  virtual Answer ask() = 0;
};

// Asks nothing yet. Errors: invalid_input for a probe that the schema does not allow (it may have
// come without the loader), for an address or a URL that is none, and for a command without an
// absolute path; denied for a command that the controller's configuration does not name; not_found
// for a command whose program cannot be run.
Result<std::unique_ptr<Asker>> make_asker(const v1::Probe& probe,
                                          const v1::ControllerConfig& config);

}  // namespace chokepoint::controller
