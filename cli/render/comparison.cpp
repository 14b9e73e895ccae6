#include "cli/render/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

#include "cli/render/reading.h"
#include "cli/render/table.h"
#include "cli/render/verdicts.h"

namespace chokepoint::cli {
namespace {

constexpr std::size_t kMostColumns = 6;

using Records = std::vector<v1::RunRecord>;
using Key = std::tuple<std::string, std::string, std::string>;  // scope, subject, name
using Values = std::map<Key, v1::Measure>;

Key key_of(const v1::Measure& measure) {
  return {measure.scope(), measure.subject(), measure.name()};
}

bool is_same_subject(const Key& left, const Key& right) {
  return std::get<0>(left) == std::get<0>(right) && std::get<1>(left) == std::get<1>(right);
}

// Measures of any run, those of one subject together, in the order in which they first appear.
std::vector<Key> keys_of(const Records& records) {
  std::vector<Key> keys;
  for (const v1::RunRecord& record : records) {
    for (const v1::Measure& measure : record.measures()) {
      const Key key = key_of(measure);
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      const auto last = std::find_if(keys.rbegin(), keys.rend(),
                                     [&](const Key& known) { return is_same_subject(known, key); });
      keys.insert(last == keys.rend() ? keys.end() : last.base(), key);
    }
  }
  return keys;
}

std::string cell_text(const Values& values, const Key& key) {
  const auto found = values.find(key);
  return found == values.end() ? "-" : reading(found->second.value(), found->second.unit());
}

// As in the record, not as rounded for reading.
bool is_same(const Values& left, const Values& right, const Key& key) {
  const auto a = left.find(key);
  const auto b = right.find(key);
  if (a == left.end() || b == right.end()) return a == left.end() && b == right.end();
  return a->second.value() == b->second.value();
}

// A value beside that of the first run: only what is different is written out.
Cell cell_beside(const Values& values, const Values& first, const Key& key) {
  if (is_same(values, first, key)) return {"=", Tone::dim};
  if (cell_text(values, key) == cell_text(first, key)) return {"≈", Tone::dim};
  return {cell_text(values, key), Tone::strong};
}

std::string verdict_lines(const Records& records, Colour colour) {
  Table table({Align::left, Align::left, Align::left});
  for (const v1::RunRecord& record : records) {
    std::string deviated;
    for (const v1::Verdict& one : record.verdicts()) {
      if (one.held()) continue;
      deviated += (deviated.empty() ? "not: " : ", ") + one.name();
    }
    table.add({{variant_name(record), Tone::strong},
               {verdict(record), tone_of(record.outcome())},
               {deviated}});
  }
  return table.text(colour);
}

// The line above the measures of one subject.
std::vector<Cell> subject_row(const Key& key, std::size_t columns) {
  const auto& [scope, subject, name] = key;
  std::vector<Cell> row(columns);
  row[0] = {subject.empty() ? scope : subject, Tone::dim};
  return row;
}

// The first run and some of the others.
std::string block(const Records& records, const std::vector<Values>& values,
                  std::span<const std::size_t> shown, std::span<const Key> keys, Colour colour) {
  std::vector<Align> columns(shown.size() + 1, Align::right);
  columns[0] = Align::left;
  Table table(columns);
  std::vector<Cell> header = {{""}};
  for (const std::size_t i : shown) header.push_back({variant_name(records[i]), Tone::strong});
  table.add(std::move(header));
  const Key* last = nullptr;
  for (const Key& key : keys) {
    if (last == nullptr || !is_same_subject(*last, key))
      table.add(subject_row(key, columns.size()));
    last = &key;
    std::vector<Cell> row = {{"  " + std::get<2>(key)}};
    for (const std::size_t i : shown) {
      row.push_back(i == 0 ? Cell{cell_text(values[0], key)}
                           : cell_beside(values[i], values[0], key));
    }
    table.add(std::move(row));
  }
  return table.text(colour);
}

// Which runs stand side by side: the first one in each block.
std::vector<std::vector<std::size_t>> blocks(std::size_t runs) {
  std::vector<std::vector<std::size_t>> result = {{0}};
  for (std::size_t i = 1; i < runs; ++i) {
    if (result.back().size() == kMostColumns) result.push_back({0});
    result.back().push_back(i);
  }
  return result;
}

bool differs(const std::vector<Values>& values, const Key& key) {
  return std::any_of(values.begin(), values.end(), [&](const Values& one) {
    return cell_text(one, key) != cell_text(values.front(), key);
  });
}

bool is_always_shown(const Key& key) {
  return std::get<0>(key) == "capability" && std::get<2>(key) == "availability";
}

}  // namespace

std::string variant_name(const v1::RunRecord& record) {
  return record.variant().empty() ? "base" : record.variant();
}

std::string comparison(const std::vector<v1::RunRecord>& records, Colour colour) {
  if (records.empty()) return "";
  std::vector<Values> values(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const v1::Measure& measure : records[i].measures()) {
      values[i].insert_or_assign(key_of(measure), measure);
    }
  }
  std::vector<Key> keys = keys_of(records);
  const std::size_t gone = std::erase_if(
      keys, [&](const Key& key) { return !is_always_shown(key) && !differs(values, key); });

  std::string text = fmt::format("{}, seed {}, {} designs under the same luck\n\n",
                                 paint(records.front().scenario(), Tone::strong, colour),
                                 records.front().seed(), records.size());
  text += verdict_lines(records, colour);
  for (const std::vector<std::size_t>& shown : blocks(records.size())) {
    if (!keys.empty()) text += "\n" + block(records, values, shown, keys, colour);
  }
  text += fmt::format("\n  = the same as in {}, ≈ the same as far as shown",
                      variant_name(records.front()));
  if (gone > 0)
    text += fmt::format("; {} other{} the same in all", gone, gone == 1 ? " reads" : "s read");
  return text + "\n";
}

}  // namespace chokepoint::cli
