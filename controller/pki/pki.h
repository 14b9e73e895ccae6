#pragma once
// Certificates for teams that have no public key infrastructure of their own: a folder with a
// certificate authority, what it issued, and a list of what was revoked.
//
//   ca.pem       whom to believe: everybody gets it
//   ca.key       whoever has it can be anybody; 0600
//   revoked.pem  the list of revoked certificates: the controller gets it
//   issued.txt   what was issued: serial number, role, name, end, addresses
//   NAME.pem     a certificate, and
//   NAME.key     the key to it, 0600
//
// Each function does all or nothing, whatever ends the program: after a crash the folder is as
// before, or the next call finishes what the last one had decided (issued.txt decides for a pair of
// certificate and key). On error nothing has changed, except that a disk which fails after all was
// decided may leave it done. One program works in a folder at a time; the others wait for some
// seconds.
//
// Errors that issue and revoke have: not_found (no authority in the folder), invalid_input (a
// damaged file, a key that is not the authority's), denied, unavailable (disk full), conflict
// (another program is at work).

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "controller/identity/identity.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller::pki {

inline constexpr int kAuthorityDays = 3650;
inline constexpr int kLeafDays = 365;
inline constexpr int kMostDays = 36500;

struct Made {
  std::vector<std::filesystem::path> files;
  double valid_until = 0;  // seconds since 1970
};

struct InitOptions {
  int days = kAuthorityDays;  // 1 to kMostDays
  double now = 0;             // seconds since 1970, here and below
};

// Makes the folder (0700) with an authority and an empty list. Errors: not_found (the folder that
// it should be in), conflict (there is something of that name), invalid_input (days), denied,
// unavailable. Killed, it may leave a hidden folder beside the one it should have made.
Result<Made> init(const std::filesystem::path& folder, const InitOptions& options);

struct IssueOptions {
  Role role = Role::observer;
  // Lower-case letters, digits, dashes; at most kLongestName; neither "ca" nor "revoked".
  std::string name = {};
  // Where a controller is called: IP addresses and names of hosts, at least one. Nobody else has
  // any. Empty when renewing: as before.
  std::vector<std::string> addresses = {};
  // 1 to kMostDays and not beyond the end of the authority. 0: kLeafDays or to that end.
  int days = 0;
  bool is_renewal = false;
  double now = 0;
};

// A certificate and a new key to it, valid from five minutes ago, for clocks that are late. A name
// belongs to one holder in one role: it is issued once, and from then on renewed, which puts a new
// pair in place of the old one, if that is still there. What was issued before stays valid until it
// ends or the name is revoked; a revoked name can be renewed, in any role. Errors besides those
// above: invalid_input (name, addresses, days), conflict (issued already, another role, files of
// that name), not_found (renewing what was never issued), denied (the authority has ended).
Result<Made> issue(const std::filesystem::path& folder, const IssueOptions& options);

struct Revoked {
  std::filesystem::path list;
  std::size_t certificates = 0;  // newly revoked
};

// All certificates that were issued under the name so far, renewed or not. Errors besides those
// above: not_found (never issued), conflict (all of them are revoked already).
Result<Revoked> revoke(const std::filesystem::path& folder, const std::string& name, double now);

}  // namespace chokepoint::controller::pki
