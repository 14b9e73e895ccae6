#include "controller/probes/prometheus_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace chokepoint::controller {
namespace {

std::string success(const std::string& data) {
  return R"({"status":"success","data":)" + data + "}";
}

TEST(PrometheusAnswer, IsTheFirstOfAVectorOrAScalar) {
  const auto vector = first_value(success(
      R"({"resultType":"vector","result":[{"metric":{},"value":[1,"2.5e3"]},{"value":[1,"3"]}]})"));
  ASSERT_TRUE(vector) << vector.error().message;
  EXPECT_EQ(*vector, 2500);
  const auto scalar = first_value(success(R"({"resultType":"scalar","result":[1,"-7"]})"));
  ASSERT_TRUE(scalar) << scalar.error().message;
  EXPECT_EQ(*scalar, -7);
}

TEST(PrometheusAnswer, TellsNothingFromFailure) {
  const auto nothing = first_value(success(R"({"resultType":"vector","result":[]})"));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Code::not_found);
  const auto failed = first_value(R"({"status":"error","error":"timed\nout"})");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::unavailable);
  EXPECT_EQ(failed.error().message, "prometheus says: timed out");
}

TEST(PrometheusAnswer, RefusesRangesAndTexts) {
  const auto matrix = first_value(
      success(R"({"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]})"));
  ASSERT_FALSE(matrix);
  EXPECT_EQ(matrix.error().message, "the query gives a matrix, not one value for each series");
  EXPECT_FALSE(first_value(success(R"({"resultType":"string","result":[1,"2"]})")));
}

TEST(PrometheusAnswer, RefusesEverythingElse) {
  const std::string deep(1000000, '[');
  for (const std::string& text :
       {std::string(),
        std::string("{"),
        std::string("null"),
        std::string("[]"),
        deep,
        std::string("<html>"),
        std::string(R"({"status":1})"),
        success("null"),
        success("[]"),
        success(R"({"resultType":"vector"})"),
        success(R"({"resultType":"vector","result":{}})"),
        success(R"({"result":[{"value":[1,"2"]}]})"),
        success(R"({"resultType":"vector","result":[1]})"),
        success(R"({"resultType":"vector","result":[{"value":[1]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,2]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,""]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,"+"]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,"++1"]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,"1 "]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,"1e999"]}]})"),
        success(R"({"resultType":"vector","result":[{"value":[1,"0x10"]}]})"),
        success(R"({"resultType":"scalar","result":["1"]})")}) {
    const auto value = first_value(text);
    EXPECT_FALSE(value) << text.substr(0, 100);
  }
}

}  // namespace
}  // namespace chokepoint::controller
