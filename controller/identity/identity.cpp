#include "controller/identity/identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "scenarios/base/assert.h"
#include "scenarios/base/nearest.h"
#include "scenarios/loader/read_scalar.h"

namespace chokepoint::controller {
namespace {

constexpr std::array kRoles = {Role::operator_, Role::observer, Role::agent, Role::controller};
constexpr std::string_view kScheme = "spiffe://";
constexpr std::string_view kFolder = "chokepoint/";
constexpr std::size_t kLongestShown = 120;

// What follows spiffe://TRUST-DOMAIN/chokepoint/, if the URI is of that form.
std::optional<std::string_view> claimed(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  const std::size_t slash = uri.find('/');
  if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
  uri.remove_prefix(slash + 1);
  if (!uri.starts_with(kFolder)) return std::nullopt;
  return uri.substr(kFolder.size());
}

Error refused(std::string message) {
  return {.code = Code::denied,
          .message = std::move(message),
          .hint = fmt::format("a certificate needs one alternative name "
                              "URI:spiffe://TRUST-DOMAIN/chokepoint/ROLE/NAME, ROLE one of {}",
                              fmt::join(names_of_roles(), ", "))};
}

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::operator_:
      return "operator";
    case Role::observer:
      return "observer";
    case Role::agent:
      return "agent";
    case Role::controller:
      return "controller";
  }
  assertion_failed("role", "a role that does not exist");
}

std::optional<Role> role_of(std::string_view text) {
  const auto* found =
      std::find_if(kRoles.begin(), kRoles.end(), [&](Role role) { return name_of(role) == text; });
  if (found == kRoles.end()) return std::nullopt;
  return *found;
}

std::vector<std::string> names_of_roles() {
  std::vector<std::string> names;
  for (const Role role : kRoles) names.emplace_back(name_of(role));
  return names;
}

std::string wrong_with_name(std::string_view name) {
  if (name.size() > kLongestName) {
    return fmt::format("'{}' is too long for a name in a certificate: {} letters at most",
                       harmless(name), kLongestName);
  }
  return misspelt(harmless(name), v1::SPELLING_NAME);
}

std::string uri_of(Role role, std::string_view name) {
  return fmt::format("{}chokepoint/{}{}/{}", kScheme, kFolder, name_of(role), name);
}

Result<Claim> claim_of(const std::vector<std::string>& uris) {
  std::vector<std::string_view> claims;
  for (const std::string& uri : uris) {
    if (const auto claim = claimed(uri)) claims.push_back(*claim);
  }
  if (claims.empty()) return refused("the certificate carries no role");
  if (claims.size() > 1) return refused("the certificate carries several roles");
  const std::string_view claim = claims.front();
  const std::string_view role_text = claim.substr(0, claim.find('/'));
  const std::optional<Role> role = role_of(role_text);
  if (!role) {
    return refused(
        fmt::format("the certificate carries the role '{}', which does not exist "
                    "for us",
                    harmless(role_text)));
  }
  const std::string_view name =
      claim.size() > role_text.size() ? claim.substr(role_text.size() + 1) : std::string_view();
  if (const std::string wrong = wrong_with_name(name); !wrong.empty()) {
    return refused(fmt::format("the certificate carries a bad name: {}", wrong));
  }
  return Claim{.role = *role, .name = std::string(name)};
}

std::string harmless(std::string_view text) {
  std::string shown(text.substr(0, kLongestShown));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > kLongestShown ? shown + "..." : shown;
}

}  // namespace chokepoint::controller
