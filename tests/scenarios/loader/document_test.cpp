#include "scenarios/loader/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chokepoint {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// The one thing that is wrong with the text.
std::string problem_of(const std::string& text) {
  const Source source("test.yaml", text, 0);
  Problems problems;
  parse_document(source, problems);
  const Errors errors = problems.take();
  EXPECT_THAT(errors, SizeIs(1));
  return format_errors(errors);
}

std::string marked(const Position& at) {
  return std::string(at.source->text().substr(at.offset, at.length));
}

TEST(Document, KnowsWhereEveryKeyAndValueStands) {
  const Source source("test.yaml", "a: one\nbb: [two, 'three', \"fo\\\"ur\"]\nc: &x five\n", 0);
  Problems problems;

  const NodePtr root = parse_document(source, problems);

  EXPECT_EQ(marked(root->entries[1].at), "bb");
  EXPECT_EQ(marked(root->find("a")->value->at), "one");
  EXPECT_EQ(marked(root->find("bb")->value->items[1]->at), "'three'");
  EXPECT_EQ(marked(root->find("bb")->value->items[2]->at), "\"fo\\\"ur\"");
  EXPECT_EQ(marked(root->find("c")->value->at), "five");
}

TEST(Document, MarksTextsOfSeveralLinesUpToTheEndOfTheFirst) {
  const Source source("test.yaml", "a: one\n  two\nb: |\n  three\n", 0);
  Problems problems;

  const NodePtr root = parse_document(source, problems);

  EXPECT_EQ(marked(root->find("a")->value->at), "one");
  EXPECT_EQ(root->find("a")->value->text, "one two");
  EXPECT_EQ(marked(root->find("b")->value->at), "|");
}

TEST(Document, FindsKeysInSmallAndInLargeMaps) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "key-" + std::to_string(i) + ": " + std::to_string(i) + "\n";
  const Source source("test.yaml", text, 0);
  Problems problems;

  const NodePtr root = parse_document(source, problems);

  EXPECT_EQ(root->find("key-617")->value->text, "617");
  EXPECT_EQ(root->find("key-1000"), nullptr);
}

TEST(Document, RefusesTheSecondOfTwoEqualKeysHoweverLargeTheMap) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "key-" + std::to_string(i) + ": x\n";
  EXPECT_THAT(problem_of(text + "key-3: y\n"), HasSubstr("test.yaml:1001:1: error: duplicate key"));
  EXPECT_THAT(problem_of("a: 1\nb: 2\na: 3\n"), HasSubstr("test.yaml:3:1: error: duplicate key"));
}

TEST(Document, SharesWhatAliasesStandFor) {
  const Source source("test.yaml", "a: &x {b: 1}\nc: *x\n", 0);
  Problems problems;

  const NodePtr root = parse_document(source, problems);

  EXPECT_EQ(root->find("a")->value, root->find("c")->value);
}

TEST(Document, RefusesAliasesThatExpandToMillionsOfValues) {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    const std::string before = std::string("*") + static_cast<char>(c - 1);
    text += std::string(1, c) + ": &" + c + " [" + before;
    for (int i = 0; i < 8; ++i) text += ", " + before;
    text += "]\n";
  }
  EXPECT_THAT(problem_of(text), HasSubstr("aliases expand to more than 1000000 values"));
}

TEST(Document, RefusesFiveThousandLevels) {
  EXPECT_THAT(problem_of(std::string(5000, '[')), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(problem_of(std::string(5000, '[') + std::string(5000, ']')),
              HasSubstr("nested deeper than 64 levels"));
  std::string braces, block;
  for (int i = 0; i < 5000; ++i) braces += "{a: ";
  for (int i = 0; i < 400; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(problem_of(braces), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(problem_of(block), HasSubstr("nested deeper than 64 levels"));
}

TEST(Document, RefusesAliasesThatAddUpToTooManyLevels) {
  std::string text = "a: &a {x: 1}\n";
  std::string before = "a";
  for (int i = 0; i < 100; ++i) {
    const std::string name = "k" + std::to_string(i);
    text += name + ": &" + name + " {x: *" + before + "}\n";
    before = name;
  }
  EXPECT_THAT(problem_of(text), HasSubstr("nested deeper than 64 levels"));
}

TEST(Document, RefusesTextsThatAreTooLarge) {
  EXPECT_THAT(problem_of(std::string(kMaxBytes + 1, '#')), HasSubstr("larger than 64 MiB"));
}

TEST(Document, RefusesBytesThatAreNoText) {
  EXPECT_THAT(problem_of("a: \xFF\n"), HasSubstr("test.yaml:1:4: error: not UTF-8"));
  EXPECT_THAT(problem_of("a: \xC0\xAF\n"), HasSubstr("not UTF-8"));      // '/' in two bytes
  EXPECT_THAT(problem_of("a: \xED\xA0\x80\n"), HasSubstr("not UTF-8"));  // half of a pair
  EXPECT_THAT(problem_of(std::string("a: b\0c\n", 7)), HasSubstr("a control character (0x00)"));
}

TEST(Document, TakesEveryCharacterOfUtf8) {
  const Source source("test.yaml", "a: '\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x94\xA5'\n", 0);
  Problems problems;

  EXPECT_EQ(parse_document(source, problems)->find("a")->value->text,
            "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x94\xA5");
  EXPECT_TRUE(problems.empty());
}

}  // namespace
}  // namespace chokepoint
