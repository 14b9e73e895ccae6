#include "cli/game_day_files.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <filesystem>

#include "controller/plan/sha256.h"
#include "scenarios/loader/load.h"
#include "scenarios/loader/text_file.h"

namespace chokepoint::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPlan = "plan.json";
constexpr const char* kRecord = "record.json";

// Fields of a newer program are ignored.
template <class Message>
bool read_into(const std::string& text, Message& message) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(text, &message, options).ok();
}

bool is_folder(const std::string& path) {
  std::error_code none;
  return fs::is_directory(path, none);
}

std::string file_in(const std::string& path, const char* name) {
  return is_folder(path) ? (fs::path(path) / name).string() : path;
}

bool exists(const std::string& path) {
  std::error_code none;
  return fs::exists(path, none);
}

// Read as the other kind, a plan has no bands and a record no name.
bool is_plan(const v1::GameDayPlan& plan) {
  return !plan.scenario().empty() && !plan.prediction_sha256().empty();
}

bool is_record(const v1::RunRecord& record) {
  return !record.scenario().empty() && !record.fingerprint().empty();
}

}  // namespace

Result<v1::GameDayPlan> plan_in(const std::string& path) {
  const Result<std::string> text = read_text_file(path);
  if (!text) return text.error();
  v1::GameDayPlan plan;
  if (!read_into(*text, plan) || !is_plan(plan)) {
    return Error{.message = fmt::format("{} is no plan", path),
                 .hint = "make one: chokepoint gameday plan SCENARIO --deployment D --out " + path};
  }
  return plan;
}

Result<v1::RunRecord> record_in(const std::string& path) {
  const std::string file = file_in(path, kRecord);
  const Result<std::string> text = read_text_file(file);
  if (!text) return text.error();
  v1::RunRecord record;
  if (!read_into(*text, record) || !is_record(record)) {
    return Error{.message = fmt::format("{} is no record", file),
                 .hint =
                     "name what `chokepoint gameday start --out` or `chokepoint run --out` "
                     "wrote"};
  }
  return record;
}

controller::NeededComponents needed_by(const v1::GameDayPlan& plan) {
  const Result<std::string> text = read_text_file(plan.scenario_file());
  if (!text || controller::sha256(*text) != plan.scenario_sha256()) return {};
  const LoadResult loaded = load_scenario_text(
      *text, plan.scenario_file(),
      {.variant = plan.variant(), .overrides = {plan.overrides().begin(), plan.overrides().end()}});
  return controller::needed_components(loaded.scenario);
}

Result<Predicted> predicted_in(const std::string& path) {
  const std::string plan_file = file_in(path, kPlan);
  const bool has_plan = !is_folder(path) || exists(plan_file);
  if (has_plan) {
    const Result<v1::GameDayPlan> plan = plan_in(plan_file);
    if (plan) {
      return Predicted{.prediction = controller::prediction_of(*plan), .needed = needed_by(*plan)};
    }
    if (is_folder(path) || plan.error().code != Code::invalid_input) return plan.error();
  }
  Result<v1::RunRecord> record = record_in(path);
  if (!record && record.error().code == Code::invalid_input) {
    return Error{
        .message = fmt::format("{} is neither a plan nor a record", path),
        .hint = "name what `chokepoint gameday plan --out` or `chokepoint run --out` wrote"};
  }
  if (!record) return record.error();
  if (record->has_game_day()) {
    return Error{
        .message = fmt::format("{} is the record of a game day, which predicts nothing", path),
        .hint = "name its plan.json, its folder, or the record of a simulated run"};
  }
  return Predicted{.prediction = controller::prediction_of({*std::move(record)}), .needed = {}};
}

}  // namespace chokepoint::cli
