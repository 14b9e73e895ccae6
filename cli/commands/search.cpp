#include "cli/commands/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cli/counted.h"
#include "cli/fail.h"
#include "cli/render/json.h"
#include "cli/render/search.h"
#include "cli/scenario_source.h"
#include "scenarios/base/quantity.h"
#include "sim/search/search.h"

namespace chokepoint::cli {
Exit search(const SearchArguments& arguments, const Io& io) {
  const Result<Number> let_pass = parse_quantity(arguments.let_pass, v1::UNIT_DURATION);
  if (!let_pass) {
    return fail(io, Error{.message = "--let-pass: " + let_pass.error().message,
                          .hint = let_pass.error().hint});
  }
  const ScenarioSource source(arguments.file, io);
  std::vector<std::string> variants = arguments.variants;
  if (variants.empty()) variants.emplace_back("base");
  std::vector<v1::SearchReport> reports;
  for (const std::string& variant : variants) {
    const LoadResult loaded = source.load({.variant = variant, .overrides = arguments.overrides});
    if (!loaded.errors.empty()) return fail(io, loaded.errors);
    Counted counted(io.err);
    const sim::SearchOptions options{
        .capabilities = arguments.capabilities,
        .without = arguments.without,
        .most = arguments.most,
        .let_pass = let_pass->value,
        .seed = arguments.seed,
        .seeds = arguments.seeds,
        .most_runs = arguments.most_runs,
        .workers = std::max(1U, std::thread::hardware_concurrency()),
        .progress = [&](std::uint64_t done, std::uint64_t all) { counted.show(done, all); }};
    Result<v1::SearchReport> report = sim::search(loaded.scenario, options);
    if (!report) return fail(io, report.error());
    report->set_variant(variant == "base" ? "" : variant);
    reports.push_back(*std::move(report));
  }
  const std::string text =
      arguments.output == Output::json ? reports_json(reports) : cuts(reports, colour_for(io.out));
  if (Status printed = print(io.out, text); !printed) return fail(io, printed.error());
  return Exit::held;
}

}  // namespace chokepoint::cli
