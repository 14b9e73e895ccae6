#include "cli/help.h"

#include <fmt/format.h>

#include <vector>

#include "scenarios/base/nearest.h"

namespace chokepoint::cli {
namespace {

class ExamplesFirst : public CLI::Formatter {
 public:
  explicit ExamplesFirst(std::string examples) : examples_(std::move(examples)) {
    constexpr std::size_t kOptionColumn = 34;
    column_width(kOptionColumn);
  }

  std::string make_description(const CLI::App* app) const override {
    return fmt::format("{}\n\nExamples:\n{}\n", app->get_description(), examples_);
  }

 private:
  std::string examples_;
};

// The subcommand that was reached, or the program itself.
const CLI::App& reached(const CLI::App& app) {
  const auto subcommands = app.get_subcommands();
  return subcommands.empty() ? app : *subcommands.front();
}

std::vector<std::string> known_flags(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::vector<std::string> known_commands(const CLI::App& app) {
  std::vector<std::string> names;
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : all) names.push_back(command->get_name());
  return names;
}

// The flag without a value that was glued to it.
std::string flag_name(const std::string& word) { return word.substr(0, word.find('=')); }

}  // namespace

std::shared_ptr<CLI::FormatterBase> with_examples(std::string examples) {
  return std::make_shared<ExamplesFirst>(std::move(examples));
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = reached(app);
  const bool has_command = &command != &app;
  const std::string help =
      fmt::format("see chokepoint {}--help", has_command ? command.get_name() + " " : "");
  const std::vector<std::string> extra = app.remaining(true);
  if (extra.empty()) return {.message = error.what(), .hint = help};

  const std::string word =
      extra.front().starts_with('-') ? flag_name(extra.front()) : extra.front();
  const bool is_flag = word.starts_with('-');
  const bool is_command = !is_flag && !has_command;
  const std::vector<std::string> known = is_flag      ? known_flags(command)
                                         : is_command ? known_commands(app)
                                                      : std::vector<std::string>{};
  const std::string meant = nearest(word, known);
  return {.message = fmt::format("unknown {} '{}'",
                                 is_flag      ? "flag"
                                 : is_command ? "command"
                                              : "argument",
                                 word),
          .hint = meant.empty() ? help : fmt::format("did you mean '{}'?", meant)};
}

}  // namespace chokepoint::cli
