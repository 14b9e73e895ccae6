#include "cli/render/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "cli/render/reading.h"
#include "cli/render/table.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kMostColumns = 5;
constexpr std::size_t kFewMeasures = 4;

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

const v1::Measure* find(const v1::RunRecord& record, const std::string& scope,
                        const std::string& subject, const std::string& name) {
  for (const v1::Measure& measure : record.measures()) {
    if (measure.scope() == scope && measure.subject() == subject && measure.name() == name) {
      return &measure;
    }
  }
  return nullptr;
}

std::vector<Align> aligned(std::size_t columns) {
  std::vector<Align> result(columns, Align::right);
  result[0] = Align::left;
  return result;
}

Cell cell_of(const v1::Measure* measure) {
  if (measure == nullptr) return {"-", Tone::dim};
  return {reading(measure->value(), measure->unit())};
}

// What is measured of whom, within one scope.
struct Sheet {
  std::string scope;
  std::vector<std::string> subjects = {};
  std::vector<std::string> names = {};
};

std::vector<Sheet> sheets_of(const v1::RunRecord& record) {
  std::vector<Sheet> sheets;
  for (const v1::Measure& measure : record.measures()) {
    if (measure.unit() == v1::UNIT_MONEY) continue;
    auto sheet = std::find_if(sheets.begin(), sheets.end(),
                              [&](const Sheet& one) { return one.scope == measure.scope(); });
    if (sheet == sheets.end()) sheet = sheets.insert(sheet, {.scope = measure.scope()});
    add_once(sheet->subjects, measure.subject());
    add_once(sheet->names, measure.name());
  }
  return sheets;
}

bool has_any(const v1::RunRecord& record, const Sheet& sheet, std::span<const std::string> subjects,
             const std::string& name) {
  return std::any_of(subjects.begin(), subjects.end(), [&](const std::string& subject) {
    return find(record, sheet.scope, subject, name) != nullptr;
  });
}

// A line per measure, a column per subject: for many measures of a few subjects.
std::string by_measure(const v1::RunRecord& record, const Sheet& sheet,
                       std::span<const std::string> subjects, Colour colour) {
  Table table(aligned(subjects.size() + 1));
  std::vector<Cell> header = {{sheet.scope, Tone::dim}};
  for (const std::string& subject : subjects) header.push_back({subject, Tone::strong});
  table.add(std::move(header));
  for (const std::string& name : sheet.names) {
    if (!has_any(record, sheet, subjects, name)) continue;
    std::vector<Cell> row = {{name}};
    for (const std::string& subject : subjects) {
      row.push_back(cell_of(find(record, sheet.scope, subject, name)));
    }
    table.add(std::move(row));
  }
  return table.text(colour);
}

// A line per subject, a column per measure: for a few measures of many subjects.
std::string by_subject(const v1::RunRecord& record, const Sheet& sheet, Colour colour) {
  Table table(aligned(sheet.names.size() + 1));
  std::vector<Cell> header = {{sheet.scope, Tone::dim}};
  for (const std::string& name : sheet.names) header.push_back({name, Tone::dim});
  table.add(std::move(header));
  for (const std::string& subject : sheet.subjects) {
    std::vector<Cell> row = {{subject, Tone::strong}};
    for (const std::string& name : sheet.names) {
      row.push_back(cell_of(find(record, sheet.scope, subject, name)));
    }
    table.add(std::move(row));
  }
  return table.text(colour);
}

}  // namespace

std::string measures(const v1::RunRecord& record, Colour colour) {
  std::string text;
  for (const Sheet& sheet : sheets_of(record)) {
    if (!text.empty()) text += "\n";
    if (sheet.names.size() <= kFewMeasures) {
      text += by_subject(record, sheet, colour);
      continue;
    }
    const std::span all(sheet.subjects);
    for (std::size_t first = 0; first < all.size(); first += kMostColumns) {
      const std::size_t count = std::min(kMostColumns, all.size() - first);
      if (first > 0) text += "\n";
      text += by_measure(record, sheet, all.subspan(first, count), colour);
    }
  }
  return text;
}

std::string money(const v1::RunRecord& record) {
  std::string text;
  for (const v1::Measure& measure : record.measures()) {
    if (measure.unit() != v1::UNIT_MONEY) continue;
    text += fmt::format("  {} {}: {}\n", measure.subject(), measure.name(),
                        reading(measure.value(), measure.unit()));
  }
  return text;
}

}  // namespace chokepoint::cli
