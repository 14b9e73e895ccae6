#include <gmock/gmock.h>

#include "tests/controller/probes/page_server.h"
#include "tests/controller/probes/plain_server.h"
#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string head(const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n"; }

std::string asking(const std::string& url, const std::string& more = "",
                   const std::string& timeout = "5s") {
  return "{timeout: " + timeout + ", http: {url: \"" + url + "\"" + more + "}}";
}

class HttpProbe : public testing::Test {
 protected:
  HttpProbe() {
    httplib::Server& server = pages_.server();
    server.Get("/orders", [](const auto&, auto& response) {
      response.set_content("{\"revision\": 7}", "application/json");
    });
    server.Get("/moved", [](const auto&, auto& response) { response.set_redirect("/orders"); });
    server.Get("/broken", [](const auto&, auto& response) { response.status = 503; });
    server.Get("/query", [](const auto& request, auto& response) {
      response.set_content(request.get_param_value("q"), "text/plain");
    });
    const auto echo = [](const auto& request, auto& response) {
      response.set_content(
          request.method + " " + request.get_header_value("Content-Type") + " " + request.body,
          "text/plain");
    };
    server.Post("/echo", echo);
    server.Put("/echo", echo);
    server.Get("/pieces", [](const auto&, auto& response) {
      response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
        sink.write("one ", 4);
        sink.write("whole", 5);
        sink.done();
        return true;
      });
    });
    url_ = "http://" + pages_.begin();
  }

  Pages<httplib::Server> pages_;
  std::string url_;
};

TEST_F(HttpProbe, IsGoodForTheStatusAndTheTextThatAreWanted) {
  const Answer answer = answer_to(asking(url_ + "/orders", ", contains: revision"));
  EXPECT_TRUE(answer.is_good) << answer.text;
  EXPECT_THAT(answer.text, StartsWith("200 after "));
  EXPECT_GT(answer.took_s, 0);
}

TEST_F(HttpProbe, IsBadForAnotherStatus) {
  const Answer answer = answer_to(asking(url_ + "/broken"));
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "status 503");
}

TEST_F(HttpProbe, CanWantAnyStatus) {
  EXPECT_TRUE(answer_to(asking(url_ + "/broken", ", status: 503")).is_good);
  EXPECT_FALSE(answer_to(asking(url_ + "/orders", ", status: 503")).is_good);
}

TEST_F(HttpProbe, IsBadWithoutTheText) {
  const Answer answer = answer_to(asking(url_ + "/orders", ", contains: balance"));
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "does not contain 'balance'");
}

TEST_F(HttpProbe, DoesNotFollowRedirections) {
  EXPECT_EQ(answer_to(asking(url_ + "/moved")).text, "status 302");
}

TEST_F(HttpProbe, SendsItsBody) {
  for (const std::string method : {"POST", "PUT"}) {
    const Answer answer =
        answer_to(asking(url_ + "/echo", ", method: " + method + ", body: buy, contains: \"" +
                                             method + " application/json buy\""));
    EXPECT_TRUE(answer.is_good) << answer.text;
  }
}

TEST_F(HttpProbe, ExpectsNoBodyOfHead) {
  EXPECT_TRUE(answer_to(asking(url_ + "/orders", ", method: HEAD")).is_good);
}

TEST_F(HttpProbe, PassesTheQueryOnAsItStands) {
  const Answer answer = answer_to(asking(url_ + "/query?q=a%20b#top", ", contains: \"a b\""));
  EXPECT_TRUE(answer.is_good) << answer.text;
}

TEST_F(HttpProbe, ReadsAnswersInPieces) {
  EXPECT_TRUE(answer_to(asking(url_ + "/pieces", ", contains: \"one whole\"")).is_good);
}

TEST_F(HttpProbe, LooksNamesUp) {
  const std::string port = url_.substr(url_.rfind(':'));
  const Answer answer = answer_to(asking("http://localhost" + port + "/orders"));
  EXPECT_TRUE(answer.is_good) << answer.text;
}

TEST_F(HttpProbe, CanBeAskedAgain) {
  const auto asker = asker_of(asking(url_ + "/orders"));
  EXPECT_TRUE(asker->ask().is_good);
  EXPECT_TRUE(asker->ask().is_good);
}

TEST(HttpProbeOfStrangers, ConnectsAnewEachTime) {
  const PlainServer server([](const PlainServer::Connection& connection) {
    while (!connection.receive().empty()) connection.send(head("Content-Length: 0"));
  });
  const auto asker = asker_of(asking(server.url()));
  EXPECT_TRUE(asker->ask().is_good);
  EXPECT_TRUE(asker->ask().is_good);
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpProbeOfStrangers, SaysThatItWasRefused) {
  const BoundPort nobody;
  const Answer answer = answer_to(asking(nobody.url()));
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "connection refused");
}

TEST(HttpProbeOfStrangers, DoesNotWaitForTheSilent) {
  const PlainServer server(saying_nothing());
  const Answer answer = answer_to(asking(server.url(), "", "200ms"));
  EXPECT_FALSE(answer.is_good);
  EXPECT_EQ(answer.text, "no answer within 200ms");
  expect_waited_for(answer, 0.2);
}

TEST(HttpProbeOfStrangers, IsBoundedAsAWholeWhenAnswersDrip) {
  for (const std::string& begun : {head("Content-Length: 100000"), head("Connection: close"),
                                   std::string("HTTP/1.1 200 OK\r\nA: "), std::string("HTTP/1.1 2"),
                                   head("Transfer-Encoding: chunked") + "ffff\r\n"}) {
    SCOPED_TRACE(begun);
    const PlainServer server(dripping(begun));
    const Answer answer = answer_to(asking(server.url(), "", "200ms"));
    EXPECT_FALSE(answer.is_good) << answer.text;
    expect_waited_for(answer, begun == "HTTP/1.1 2" ? 0 : 0.2);
  }
}

TEST(HttpProbeOfStrangers, IsBoundedWhileAnInterimAnswerFollowsTheOther) {
  const PlainServer server([](const PlainServer::Connection& connection) {
    while (connection.send("HTTP/1.1 103 Early Hints\r\n\r\n")) {
    }
  });
  const Answer answer = answer_to(asking(server.url(), "", "200ms"));
  EXPECT_EQ(answer.text, "no answer within 200ms");
  expect_waited_for(answer, 0.2);
}

TEST(HttpProbeOfStrangers, TakesTheAnswerAfterAnInterimOne) {
  const PlainServer server(
      saying("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head("Content-Length: 0")));
  EXPECT_TRUE(answer_to(asking(server.url())).is_good);
}

TEST(HttpProbeOfStrangers, ReadsNoMoreThanAMebibyte) {
  const PlainServer server([](const PlainServer::Connection& connection) {
    connection.receive();
    connection.send(head("Content-Length: 1000000000000000"));
    while (connection.send(std::string(65536, 'x'))) {
    }
  });
  EXPECT_TRUE(answer_to(asking(server.url())).is_good);
  EXPECT_EQ(answer_to(asking(server.url(), ", contains: y")).text,
            "does not contain 'y' in its first MiB");
}

TEST(HttpProbeOfStrangers, FindsATextThatTwoPiecesShare) {
  const std::string body = std::string(65530, 'x') + "revision 12" + std::string(70000, 'x');
  const PlainServer server(saying(head("Content-Length: " + std::to_string(body.size())) + body));
  const Answer answer = answer_to(asking(server.url(), ", contains: \"revision 12\""));
  EXPECT_TRUE(answer.is_good) << answer.text;
}

TEST(HttpProbeOfStrangers, TakesAnAnswerThatEndsWithTheConnection) {
  const PlainServer server(saying("HTTP/1.0 200 OK\r\n\r\nrevision"));
  EXPECT_TRUE(answer_to(asking(server.url(), ", contains: revision")).is_good);
}

TEST(HttpProbeOfStrangers, IsBadForAnAnswerThatIsCutOff) {
  for (const std::string& answer : {std::string(), std::string("HTTP/1.1 200 OK\r\n"),
                                    head("Content-Length: 100") + "revision"}) {
    const PlainServer server(saying(answer));
    const Answer answered = answer_to(asking(server.url()));
    EXPECT_FALSE(answered.is_good);
    EXPECT_EQ(answered.text, "the connection ended before the answer did") << answer;
  }
}

TEST(HttpProbeOfStrangers, OutlivesWhatIsNoHttp) {
  const std::string mebibyte(std::size_t{1} << 20U, 'a');
  for (const std::string& said :
       {std::string("220 mail ready\r\n"), std::string(300, '\0'),
        "HTTP/1.1 200 " + mebibyte + "\r\n\r\n", head("A: " + mebibyte), mebibyte,
        head("Content-Length: -1"), head("Content-Length: 99999999999999999999999"),
        head("Transfer-Encoding: chunked") + "zz\r\n",
        head("Transfer-Encoding: chunked") + "fffffffffffffffff\r\n"}) {
    const PlainServer server(saying(said));
    const Answer answer = answer_to(asking(server.url()));
    EXPECT_FALSE(answer.is_good) << said.substr(0, 40);
    EXPECT_LE(answer.text.size(), 200U);
    EXPECT_LT(answer.took_s, 5) << said.substr(0, 40);
  }
}

TEST(HttpProbeOfStrangers, DoesNotWaitForOneWhoReadsNothing) {
  std::atomic<bool> is_over = false;
  const PlainServer server([&](const PlainServer::Connection&) {
    while (!is_over) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  const std::string body(std::size_t{16} << 20U, 'b');
  v1::Probe probe = probe_of(asking(server.url(), ", method: POST", "200ms"));
  probe.mutable_http()->set_body(body);
  const Answer answer = (*make_asker(probe, {}))->ask();
  is_over = true;
  EXPECT_EQ(answer.text, "no answer within 200ms");
  expect_waited_for(answer, 0.2);
}

}  // namespace
}  // namespace chokepoint::controller
