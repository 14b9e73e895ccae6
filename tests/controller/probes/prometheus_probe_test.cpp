#include <gmock/gmock.h>

#include "tests/controller/probes/page_server.h"
#include "tests/controller/probes/plain_server.h"
#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

// A Prometheus that gives the one value that a test wants.
class PrometheusProbe : public testing::Test {
 protected:
  PrometheusProbe() {
    pages_.server().Get("/prom/api/v1/query", [this](const auto& request, auto& response) {
      query_ = request.get_param_value("query");
      response.status = status_;
      response.set_content(json_, "application/json");
    });
    url_ = "http://" + pages_.begin() + "/prom/";
  }

  Answer ask(const std::string& bounds) {
    return answer_to("{timeout: 5s, prometheus: {url: \"" + url_ +
                     "\", query: 'up{job=\"a b\"} + 1', " + bounds + "}}");
  }
  void give(const std::string& value) {
    json_ = R"({"status":"success","data":{"resultType":"vector","result":[)"
            R"({"metric":{"job":"a"},"value":[1780000000.1,")" +
            value + R"("]},{"metric":{},"value":[1780000000.1,"-5"]}]}})";
  }

  std::string json_;
  std::string query_;
  int status_ = 200;
  Pages<httplib::Server> pages_;
  std::string url_;
};

TEST_F(PrometheusProbe, HoldsTheFirstValueAgainstItsBounds) {
  give("0.98");
  EXPECT_TRUE(ask("at_least: 0.98").is_good);
  EXPECT_TRUE(ask("at_most: 0.98").is_good);
  EXPECT_TRUE(ask("at_least: 0, at_most: 1").is_good);
  EXPECT_EQ(ask("at_least: 0.99").text, "0.98, less than 0.99");
  EXPECT_EQ(ask("at_most: 0.5").text, "0.98, more than 0.5");
  EXPECT_EQ(ask("at_least: 2, at_most: 3").text, "0.98, less than 2");
}

TEST_F(PrometheusProbe, SaysTheValue) {
  give("12.5");
  EXPECT_THAT(ask("at_least: 1").text, testing::StartsWith("12.5 after "));
}

TEST_F(PrometheusProbe, AsksTheQueryToTheLetter) {
  give("1");
  EXPECT_TRUE(ask("at_least: 1").is_good);
  EXPECT_EQ(query_, "up{job=\"a b\"} + 1");
}

TEST_F(PrometheusProbe, KnowsInfinityAndWhatIsNoNumber) {
  give("+Inf");
  EXPECT_TRUE(ask("at_least: 1").is_good);
  EXPECT_FALSE(ask("at_most: 1").is_good);
  give("-Inf");
  EXPECT_TRUE(ask("at_most: 1").is_good);
  give("NaN");
  EXPECT_EQ(ask("at_least: 0, at_most: 1").text, "the value is not a number");
}

TEST_F(PrometheusProbe, IsBadWithoutAValue) {
  json_ = R"({"status":"success","data":{"resultType":"vector","result":[]}})";
  EXPECT_EQ(ask("at_most: 1").text, "the query gives nothing");
}

TEST_F(PrometheusProbe, SaysWhatPrometheusSays) {
  status_ = 400;
  json_ = R"({"status":"error","errorType":"bad_data","error":"parse error: unclosed"})";
  EXPECT_EQ(ask("at_least: 1").text, "status 400: prometheus says: parse error: unclosed");
}

TEST_F(PrometheusProbe, IsBadForAnotherStatusWhateverItHolds) {
  status_ = 502;
  give("1");
  EXPECT_FALSE(ask("at_least: 1").is_good);
}

TEST_F(PrometheusProbe, DoesNotBelieveAnAnswerThatIsCut) {
  give("1");
  json_.append(std::size_t{2} << 20U, ' ');
  EXPECT_EQ(ask("at_least: 1").text, "the answer is longer than a MiB");
}

TEST(PrometheusProbeOfStrangers, DoesNotWaitForTheSilent) {
  const PlainServer server(saying_nothing());
  const Answer answer = answer_to("{timeout: 200ms, prometheus: {url: \"" + server.url() +
                                  "\", query: up, at_least: 1}}");
  EXPECT_EQ(answer.text, "no answer within 200ms");
  expect_waited_for(answer, 0.2);
}

}  // namespace
}  // namespace chokepoint::controller
