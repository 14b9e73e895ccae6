#include "cli/render/json.h"

#include <google/protobuf/util/json_util.h>

#include "scenarios/base/assert.h"

namespace chokepoint::cli {
namespace {

std::string json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  CHOKEPOINT_ASSERT(status.ok(), "a message of the schema has a JSON form");
  return text;
}

// A message a line.
template <class Message>
std::string array(const std::vector<Message>& messages) {
  std::string text = "[";
  for (const Message& message : messages) {
    if (text.size() > 1) text += ",";
    text += "\n" + json(message);
  }
  return text + "\n]\n";
}

}  // namespace

std::string message_json(const google::protobuf::Message& message) { return json(message) + "\n"; }

std::string plan_json(const v1::GameDayPlan& plan) { return json(plan) + "\n"; }

std::string record_json(const v1::RunRecord& record) { return json(record) + "\n"; }

std::string records_json(const std::vector<v1::RunRecord>& records) { return array(records); }

std::string reports_json(const std::vector<v1::SearchReport>& reports) { return array(reports); }

std::string events_jsonl(const v1::RunRecord& record) {
  std::string text;
  for (const v1::Event& event : record.events()) text += json(event) + "\n";
  return text;
}

}  // namespace chokepoint::cli
