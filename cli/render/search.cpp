#include "cli/render/search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/render/reading.h"
#include "cli/render/table.h"

namespace chokepoint::cli {
namespace {

std::string design_of(const v1::SearchReport& report) {
  return report.variant().empty() ? "base" : report.variant();
}

// What the innermost places have in common, up to a slash: "aws/us-east-1/".
std::string common_way(const v1::SearchReport& report) {
  std::vector<std::string> innermost;
  for (const v1::Suspect& one : report.suspects()) {
    if (one.kind() != "place") continue;
    const bool holds_another = std::any_of(
        report.suspects().begin(), report.suspects().end(), [&](const v1::Suspect& other) {
          return other.kind() == "place" && other.name().starts_with(one.name() + "/");
        });
    if (!holds_another) innermost.push_back(one.name());
  }
  if (innermost.size() < 2) return "";
  std::string common = innermost.front();
  for (const std::string& name : innermost) {
    const auto end = std::mismatch(common.begin(), common.end(), name.begin(), name.end());
    common.erase(end.first, common.end());
  }
  const std::size_t slash = common.rfind('/');
  return slash == std::string::npos ? "" : common.substr(0, slash + 1);
}

std::string suspects_text(const v1::CutSet& set, const std::string& way) {
  std::vector<std::string> texts;
  for (const v1::Suspect& one : set.suspects()) {
    const bool is_short = one.kind() == "place" && one.name().starts_with(way);
    texts.push_back(
        fmt::format("{} {}", one.kind(), is_short ? one.name().substr(way.size()) : one.name()));
  }
  return fmt::format("{}", fmt::join(texts, " + "));
}

std::string outage_text(const v1::CutSet& set, const v1::SearchReport& report) {
  std::string text = reading(set.longest_outage_s(), v1::UNIT_DURATION);
  if (set.is_lasting()) text += ", to the end";
  if (set.runs_down() < report.seeds()) {
    text += fmt::format(", in {} of {} runs", set.runs_down(), report.seeds());
  }
  return text;
}

const char* size_name(int size) {
  switch (size) {
    case 1:
      return "alone";
    case 2:
      return "two together";
    case 3:
      return "three together";
    default:
      return "more together";
  }
}

std::string capability_text(const v1::CapabilityCuts& cuts, const v1::SearchReport& report,
                            const std::string& way, Colour colour) {
  std::string text =
      fmt::format("\n{} is taken down by", paint(cuts.capability(), Tone::strong, colour));
  if (cuts.sets().empty()) {
    return text +
           fmt::format(" nothing that was tried, up to {} at once\n", report.searched_size());
  }
  text += "\n";
  Table table({Align::left, Align::left, Align::left, Align::left});
  int before = 0;
  for (const v1::CutSet& set : cuts.sets()) {
    const int size = set.suspects_size();
    table.add({{size == before ? "" : size_name(size), Tone::dim},
               {suspects_text(set, way), size == 1 ? Tone::bad : Tone::warning},
               {outage_text(set, report)},
               {set.cause(), Tone::dim}});
    before = size;
  }
  return text + table.text(colour);
}

std::string side_by_side(const std::vector<v1::SearchReport>& reports, Colour colour) {
  Table table([&] {
    std::vector<Align> columns(reports.size() + 1, Align::right);
    columns[0] = Align::left;
    return columns;
  }());
  std::vector<Cell> header = {{"sets of one, two, ...", Tone::dim}};
  for (const v1::SearchReport& report : reports)
    header.push_back({design_of(report), Tone::strong});
  table.add(std::move(header));
  for (int i = 0; i < reports.front().capabilities_size(); ++i) {
    std::vector<Cell> row = {{reports.front().capabilities(i).capability()}};
    for (const v1::SearchReport& report : reports) {
      std::vector<int> counts(report.searched_size());
      if (i < report.capabilities_size()) {
        for (const v1::CutSet& set : report.capabilities(i).sets()) {
          ++counts[static_cast<std::size_t>(set.suspects_size()) - 1];
        }
      }
      row.push_back({fmt::format("{}", fmt::join(counts, ", "))});
    }
    table.add(std::move(row));
  }
  return "\n" + table.text(colour);
}

}  // namespace

std::string cuts(const std::vector<v1::SearchReport>& reports, Colour colour) {
  std::string text;
  for (const v1::SearchReport& report : reports) {
    if (!text.empty()) text += "\n";
    text += fmt::format("{}, {}: {} things that may fail, {} runs, outages above {}\n",
                        paint(report.scenario(), Tone::strong, colour), design_of(report),
                        report.suspects_size(),
                        reading(static_cast<double>(report.runs()), v1::UNIT_NONE),
                        reading(report.let_pass_s(), v1::UNIT_DURATION));
    const std::string way = common_way(report);
    if (!way.empty()) text += fmt::format("Places are below {}\n", way);
    for (const v1::CapabilityCuts& one : report.capabilities()) {
      text += capability_text(one, report, way, colour);
    }
    if (report.runs_left_out() > 0) {
      text +=
          paint(fmt::format("\nSets of {} were not tried: that takes {} runs more (--most-runs)\n",
                            report.searched_size() + 1,
                            reading(static_cast<double>(report.runs_left_out()), v1::UNIT_NONE)),
                Tone::warning, colour);
    }
  }
  return reports.size() > 1 ? text + side_by_side(reports, colour) : text;
}

}  // namespace chokepoint::cli
