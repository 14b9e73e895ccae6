#include "scenarios/loader/read_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/loader/read_scalar.h"
#include "tests/scenarios/loader/scenario_text.h"

namespace chokepoint {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ReadMessage, FillsInDefaultsAtEveryDepth) {
  const v1::Scenario scenario = loaded(shop());

  EXPECT_EQ(scenario.start(), "2026-01-01T00:00:00Z");
  EXPECT_EQ(scenario.traffic().tick(), 10);
  EXPECT_EQ(scenario.components().at("web").service().calls().at("db").timeout(), 1);
  EXPECT_EQ(scenario.components().at("db").quorum().election_timeout().uniform().to(), 0.3);
  EXPECT_TRUE(scenario.components().at("db").quorum().rejoins());
}

TEST(ReadMessage, LeavesAbsentWhatHasNoDefault) {
  const v1::Scenario scenario = loaded(shop());

  EXPECT_FALSE(scenario.places().at("zone-a").has_cooling());
  EXPECT_FALSE(scenario.components().at("web").service().has_workers());
  EXPECT_FALSE(scenario.components().at("db").quorum().has_votes());
}

TEST(ReadMessage, TakesWhatIsWrittenOverTheDefault) {
  const v1::Scenario scenario = loaded(
      "scenario: x\nhorizon: 1h\nplaces: {z: }\n"
      "components: {db: {quorum: {members: 3, at: z, rejoins: false, snapshot: 0B}}}\n");

  EXPECT_FALSE(scenario.components().at("db").quorum().rejoins());
  EXPECT_EQ(scenario.components().at("db").quorum().snapshot(), 0);
}

TEST(ReadMessage, TakesASingleValueForAMessage) {
  const v1::Scenario scenario =
      loaded(shop("operators: {team: {watches: {capability: buy, is: down}, detection: 5min, "
                  "runbook: {look: }}}"));

  EXPECT_EQ(scenario.operators().at("team").detection().fixed(), 300);
  EXPECT_EQ(scenario.components().at("web").service().calls().at("db").retry().attempts(), 3U);
  EXPECT_EQ(scenario.components().at("web").service().calls().at("db").retry().factor(), 2);
}

TEST(ReadMessage, TakesASingleValueForAList) {
  const v1::Scenario scenario = loaded(
      "scenario: x\nhorizon: 1h\nplaces: {z: {}}\n"
      "components: {web: {service: {replicas: 1, at: z}}}\n"
      "capabilities: {view: {needs: web}, buy: {needs: {component: web, at_least: 50%}}}\n");

  EXPECT_THAT(scenario.components().at("web").service().at(), ElementsAre("z"));
  EXPECT_EQ(scenario.capabilities().at("view").needs(0).component(), "web");
  EXPECT_EQ(scenario.capabilities().at("buy").needs(0).at_least(), 0.5);
}

TEST(ReadMessage, TakesAListForAMessageThatHoldsOne) {
  const v1::Scenario scenario =
      loaded(shop("expect: {never-both: {basis: predicted, never: "
                  "{all: [{component: web, is: down}, {component: db, is: down}]}}}"));

  EXPECT_EQ(scenario.expect().at("never-both").never().all().of_size(), 2);
}

TEST(ReadMessage, KeepsTheUnitInWhichAQuantityIsWritten) {
  const v1::Scenario scenario =
      loaded(shop("expect: {up: {basis: predicted, measure: "
                  "{name: availability, capability: buy, at_least: 99%}}}"));

  EXPECT_EQ(scenario.expect().at("up").measure().at_least().value(), 0.99);
  EXPECT_EQ(scenario.expect().at("up").measure().at_least().unit(), v1::UNIT_RATIO);
}

TEST(ReadMessage, TakesEmptyEntriesForEmptyMappings) {
  EXPECT_EQ(loaded("scenario: x\nhorizon: 1h\nplaces:\n  z:\n"
                   "components: {web: {service: {replicas: 1, at: z}}}\n")
                .places()
                .at("z")
                .racks(),
            10U);
}

TEST(ReadMessage, ReadsTextsAsTextsWhateverYamlMakesOfThem) {
  EXPECT_EQ(loaded(shop("about: no\n")).about(), "no");
  EXPECT_EQ(loaded(shop("about: 1.10\n")).about(), "1.10");
}

TEST(ReadMessage, DoesNotTakeTheUnitOfAQuantityFromThePerson) {
  EXPECT_THAT(errors_of(shop("expect: {up: {basis: predicted, measure: {name: availability, "
                             "capability: buy, at_least: {value: 99%, unit: ratio}}}}")),
              HasSubstr("unknown key 'unit'"));
}

// Every message that a scenario can hold.
std::set<const Descriptor*> messages_below(const Descriptor* type) {
  std::set<const Descriptor*> found;
  std::vector<const Descriptor*> waiting = {type};
  while (!waiting.empty()) {
    const Descriptor* next = waiting.back();
    waiting.pop_back();
    if (!found.insert(next).second) continue;
    for (int i = 0; i < next->field_count(); ++i) {
      if (const Descriptor* inner = message_of(next->field(i))) waiting.push_back(inner);
    }
  }
  return found;
}

// A default that breaks its own rule ends the program in read_message.
TEST(SchemaRules, EveryDefaultCanBeRead) {
  const Source source("test.yaml", "{}", 0);
  for (const Descriptor* type : messages_below(v1::Scenario::descriptor())) {
    SCOPED_TRACE(type->full_name());
    Rules rules;
    Problems problems;
    Unread unread;
    const std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
    read_message(*parse_document(source, problems), *message, rules, problems, unread);
  }
}

TEST(SchemaRules, EveryExampleOfASingleValueCanBeRead) {
  for (const Descriptor* type : messages_below(v1::Scenario::descriptor())) {
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const v1::FieldRule& rule = rule_of(field);
      if (rule.example().empty() || message_of(field) != nullptr) continue;
      EXPECT_TRUE(read_scalar(rule.example(), field, rule)) << field->full_name();
    }
  }
}

TEST(SchemaRules, NameOnlyFieldsThatExist) {
  for (const Descriptor* type : messages_below(v1::Scenario::descriptor())) {
    const std::string& shorthand = type->options().GetExtension(v1::message_rule).shorthand();
    EXPECT_TRUE(shorthand.empty() || type->FindFieldByName(shorthand) != nullptr)
        << type->full_name();
    for (int i = 0; i < type->field_count(); ++i) {
      for (const std::string& name : rule_of(type->field(i)).excludes()) {
        EXPECT_NE(type->FindFieldByName(name), nullptr) << type->field(i)->full_name();
      }
    }
  }
}

TEST(SchemaRules, EveryNumberSaysWhatItIsANumberOf) {
  for (const Descriptor* type : messages_below(v1::Scenario::descriptor())) {
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->type() != FieldDescriptor::TYPE_DOUBLE) continue;
      EXPECT_NE(rule_of(field).unit(), v1::UNIT_NONE) << field->full_name();
    }
  }
}

}  // namespace
}  // namespace chokepoint
