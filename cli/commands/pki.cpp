#include "cli/commands/pki.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <optional>

#include "cli/fail.h"
#include "cli/shell.h"
#include "cli/signals.h"
#include "controller/pki/pki.h"
#include "scenarios/base/assert.h"
#include "scenarios/base/instant.h"
#include "scenarios/base/nearest.h"
#include "scenarios/base/wall_clock.h"

namespace chokepoint::cli {
namespace {

namespace authority = controller::pki;
using controller::Role;

std::string instant(double seconds) {
  return format_instant(
      std::chrono::sys_seconds(std::chrono::seconds(static_cast<long long>(seconds))));
}

std::string in_folder(const PkiArguments& arguments, const std::string& file) {
  return (std::filesystem::path(arguments.folder) / file).string();
}

// How to name this folder to the next command.
std::string folder_flag(const PkiArguments& arguments) {
  const bool is_usual = arguments.folder == PkiArguments().folder;
  return is_usual ? "" : " --folder " + shell_quoted(arguments.folder);
}

std::string wrote(const authority::Made& made) {
  std::vector<std::string> files;
  for (const auto& file : made.files) files.push_back(file.string());
  return fmt::format("wrote {}; valid until {}\n", fmt::join(files, ", "),
                     instant(made.valid_until));
}

// What its holder does with a certificate.
std::string next_step(Role role, const PkiArguments& arguments) {
  const std::string authority = in_folder(arguments, "ca.pem");
  switch (role) {
    case Role::controller:
      return fmt::format(
          "next: copy both, {} and {} to the controller's host, and name them in its file as "
          "certificate, key, authority and revoked\n",
          authority, in_folder(arguments, "revoked.pem"));
    case Role::agent:
      return fmt::format(
          "next: copy both and {} to the agent's host, and name them in its file beside the "
          "controller's address as certificate, key and authority; it has to be the agent '{}'\n",
          authority, arguments.name);
    case Role::operator_:
    case Role::observer:
      return fmt::format(
          "next: give both and {} to '{}', who shows them to the controller with chokepoint "
          "gameday\n",
          authority, arguments.name);
  }
  assertion_failed("role", "a role that does not exist");
}

Result<std::string> init(const PkiArguments& arguments) {
  const int days =
      arguments.authority_days == 0 ? authority::kAuthorityDays : arguments.authority_days;
  const Result<authority::Made> made =
      authority::init(arguments.folder, {.days = days, .now = seconds_since_1970()});
  if (!made) return made.error();
  return fmt::format(
      "{}whoever has {} can be anybody: keep the folder where no fault is injected, and copy it "
      "to nowhere but a safe place\n"
      "next: chokepoint pki issue{} controller NAME --address HOST\n",
      wrote(*made), in_folder(arguments, "ca.key"), folder_flag(arguments));
}

Result<std::string> issue(const PkiArguments& arguments) {
  const std::optional<Role> role = controller::role_of(arguments.role);
  if (!role) {
    const std::vector<std::string> roles = controller::names_of_roles();
    return Error{.message = fmt::format("'{}' is no role", arguments.role),
                 .hint = hint_for_unknown(arguments.role, roles, "roles")};
  }
  const Result<authority::Made> made =
      authority::issue(arguments.folder, {.role = *role,
                                          .name = arguments.name,
                                          .addresses = arguments.addresses,
                                          .days = arguments.days,
                                          .is_renewal = arguments.is_renewal,
                                          .now = seconds_since_1970()});
  if (!made) return made.error();
  return wrote(*made) + next_step(*role, arguments);
}

Result<std::string> revoke(const PkiArguments& arguments) {
  const Result<authority::Revoked> revoked =
      authority::revoke(arguments.folder, arguments.name, seconds_since_1970());
  if (!revoked) return revoked.error();
  return fmt::format(
      "wrote {}; {} of '{}' revoked\n"
      "next: copy it over the file that the controller's file names as revoked; it is read again "
      "at once\n",
      revoked->list.string(),
      revoked->certificates == 1 ? "the certificate"
                                 : fmt::format("{} certificates", revoked->certificates),
      arguments.name);
}

Result<std::string> done(const PkiArguments& arguments) {
  const InterruptsHeld until_done;
  switch (arguments.step) {
    case PkiStep::init:
      return init(arguments);
    case PkiStep::issue:
      return issue(arguments);
    case PkiStep::revoke:
      return revoke(arguments);
  }
  assertion_failed("step", "a step that does not exist");
}

}  // namespace

Exit pki(const PkiArguments& arguments, const Io& io) {
  const Result<std::string> said = done(arguments);
  if (!said) return fail(io, said.error());
  if (Status printed = print(io.out, *said); !printed) return fail(io, printed.error());
  return Exit::held;
}

}  // namespace chokepoint::cli
