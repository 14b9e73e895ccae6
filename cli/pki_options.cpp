#include "cli/pki_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/help.h"
#include "controller/pki/pki.h"

namespace chokepoint::cli {
namespace {

CLI::App& add_step(CLI::App& app, PkiArguments& arguments, PkiStep step, const char* name,
                   const char* what) {
  CLI::App* command = app.add_subcommand(name, what);
  command->callback([&arguments, step] { arguments.step = step; });
  command->add_option("--folder", arguments.folder, "Where the certificate authority is (pki)")
      ->type_name("DIR");
  return *command;
}

void add_days(CLI::App& command, int& days, const std::string& what) {
  command.add_option("--days", days, what)
      ->check(CLI::Range(1, controller::pki::kMostDays))
      ->type_name("N");
}

}  // namespace

void add_pki(CLI::App& app, PkiArguments& arguments) {
  CLI::App* all = app.add_subcommand("pki", "Certificates for controllers, agents and people");
  all->formatter(
      with_examples("  chokepoint pki init\n"
                    "  chokepoint pki issue controller staging --address controller.example\n"
                    "  chokepoint pki issue agent zone-1-host-2\n"
                    "  chokepoint pki issue operator maria --days 90\n"
                    "  chokepoint pki revoke maria\n"));
  all->require_subcommand(1);

  CLI::App& init =
      add_step(*all, arguments, PkiStep::init, "init", "Make a certificate authority, once");
  init.formatter(with_examples("  chokepoint pki init --folder /srv/chokepoint-pki\n"));
  add_days(init, arguments.authority_days,
           fmt::format("For how long it is believed ({})", controller::pki::kAuthorityDays));

  CLI::App& issue =
      add_step(*all, arguments, PkiStep::issue, "issue", "Make a certificate and the key to it");
  issue.formatter(
      with_examples("  chokepoint pki issue controller staging --address controller.example "
                    "--address 10.0.0.7\n"
                    "  chokepoint pki issue agent zone-1-host-2\n"
                    "  chokepoint pki issue operator maria --renew\n"));
  issue.add_option("ROLE", arguments.role, "operator, observer, agent or controller")->required();
  issue.add_option("NAME", arguments.name, "Lower-case letters, digits and dashes")->required();
  issue
      .add_option("--address", arguments.addresses,
                  "Where a controller is called, without the port; repeatable")
      ->type_name("IP-OR-NAME")
      ->allow_extra_args(false);
  add_days(issue, arguments.days,
           fmt::format("For how long it is believed ({}, or as long as its authority)",
                       controller::pki::kLeafDays));
  issue.add_flag("--renew", arguments.is_renewal,
                 "A new pair for a name that was issued before, in place of the old one");

  CLI::App& revoke = add_step(*all, arguments, PkiStep::revoke, "revoke",
                              "No longer believe what was issued under a name");
  revoke.formatter(with_examples("  chokepoint pki revoke maria\n"));
  revoke.add_option("NAME", arguments.name, "As it was issued")->required();
}

}  // namespace chokepoint::cli
