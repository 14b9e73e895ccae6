#pragma once
// Who calls a controller: a role and a name, which stand in the certificate that was shown.
//
// A certificate carries both in one URI among its alternative names:
//   spiffe://TRUST-DOMAIN/chokepoint/ROLE/NAME
// with whatever trust domain. Other URIs are somebody else's and are passed over.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

enum class Role {
  operator_,   // may submit, start and stop game days
  observer,    // may watch and abort them
  agent,       // may attend under its own name
  controller,  // is who all of them call
};

// As it is written in certificates and on the command line: "operator".
std::string_view name_of(Role role);
std::optional<Role> role_of(std::string_view text);
// "operator, observer, agent, controller".
std::vector<std::string> names_of_roles();

struct Identity {
  Role role = Role::observer;
  std::string name = {};
  double expires_at = 0;  // seconds since 1970; of the certificate or an authority of it, the first
};

// A common name in a certificate has no room for more.
inline constexpr std::size_t kLongestName = 64;

// Why nobody can be called that in a certificate; empty when one can. Names are spelt as the
// schema's (SPELLING_NAME), and have at most kLongestName letters.
std::string wrong_with_name(std::string_view name);

// The URI that `chokepoint pki` writes; its trust domain is "chokepoint".
std::string uri_of(Role role, std::string_view name);

struct Claim {
  Role role = Role::observer;
  std::string name = {};
};

// What the URIs of a certificate say. Errors (denied): no role, several, one that does not exist, a
// bad name.
Result<Claim> claim_of(const std::vector<std::string>& uris);

// Text of a stranger, fit for one line of a log: printable ASCII, and not too much of it.
std::string harmless(std::string_view text);

}  // namespace chokepoint::controller
