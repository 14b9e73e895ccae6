#pragma once
// Records as JSON, by the rules of protobuf's JSON mapping with the names of the schema.

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/search.pb.h"

namespace chokepoint::cli {

// One line and a newline. Every field is there, zeros and empty lists too, except optional ones
// that are absent. Equal records give equal bytes.
std::string message_json(const google::protobuf::Message& message);
std::string plan_json(const v1::GameDayPlan& plan);
std::string record_json(const v1::RunRecord& record);

// The records as a JSON array, one record a line.
std::string records_json(const std::vector<v1::RunRecord>& records);
// The same of what searches found.
std::string reports_json(const std::vector<v1::SearchReport>& reports);

// JSON lines: one event of the record a line, in order of time.
std::string events_jsonl(const v1::RunRecord& record);

}  // namespace chokepoint::cli
