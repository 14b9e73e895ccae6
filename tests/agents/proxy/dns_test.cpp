#include "agents/proxy/dns.h"

#include <gtest/gtest.h>

namespace chokepoint::proxy {
namespace {

TEST(Dns, ReadsTheQuestionThatItWrote) {
  const auto question = read_question(query_for(9, "Api.Staging.example"));

  ASSERT_TRUE(question);
  EXPECT_EQ(question->name, "api.staging.example");
  EXPECT_EQ(question->type, kTypeA);
}

TEST(Dns, ReadsNothingFromAMessageThatIsCutOffAnywhere) {
  const Octets query = query_for(9, "api.example");
  for (std::size_t length = 0; length < query.size(); ++length) {
    EXPECT_FALSE(read_question(std::span(query).first(length))) << length;
  }
}

TEST(Dns, ReadsNoAnswerAndNoTwoQuestions) {
  Octets query = query_for(9, "api.example");
  query[2] |= 0x80U;
  EXPECT_FALSE(read_question(query));
  query = query_for(9, "api.example");
  query[5] = 2;
  EXPECT_FALSE(read_question(query));
}

TEST(Dns, AnswersWithTheAddressItIsTold) {
  const Octets query = query_for(9, "api.example");

  const auto told = read_answer(answer_to(query, *read_question(query), "wrong", "192.0.2.7"));

  ASSERT_TRUE(told);
  EXPECT_EQ(told->id, 9);
  EXPECT_EQ(told->code, 0U);
  EXPECT_EQ(told->address, "192.0.2.7");
}

TEST(Dns, HasNoRecordForAnAddressOfTheOtherKind) {
  const Octets query = query_for(9, "api.example");

  const auto told = read_answer(answer_to(query, *read_question(query), "wrong", "2001:db8::7"));

  ASSERT_TRUE(told);
  EXPECT_EQ(told->code, 0U);
  EXPECT_FALSE(told->address);
}

TEST(Dns, FailsAndDeniesByTheirCodes) {
  const Octets query = query_for(9, "api.example");
  EXPECT_EQ(read_answer(answer_to(query, *read_question(query), "fail", ""))->code, 2U);
  EXPECT_EQ(read_answer(answer_to(query, *read_question(query), "none", ""))->code, 3U);
}

TEST(Dns, CountsANameAndThoseBelowItAmongThem) {
  EXPECT_TRUE(is_among("api.example", {}));
  EXPECT_TRUE(is_among("api.example", {"example"}));
  EXPECT_TRUE(is_among("example", {"example"}));
  EXPECT_FALSE(is_among("myexample", {"example"}));
}

}  // namespace
}  // namespace chokepoint::proxy
