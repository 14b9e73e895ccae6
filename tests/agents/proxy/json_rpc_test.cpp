#include "agents/proxy/json_rpc.h"

#include <gtest/gtest.h>

namespace chokepoint::proxy {
namespace {

constexpr const char* kCall = R"({"jsonrpc":"2.0","id":7,"method":"balance","params":[]})";

TEST(JsonRpc, KnowsACallByItsMethod) {
  EXPECT_TRUE(calls(kCall, "balance"));
  EXPECT_FALSE(calls(kCall, "balances"));
  EXPECT_TRUE(calls(R"([{"id":1,"method":"other"},{"id":2,"method":"balance"}])", "balance"));
}

TEST(JsonRpc, SeesNoCallInWhatIsNone) {
  for (const char* const text :
       {"", "{", "[]", "7", R"({"method":7,"id":1})",
        R"({"method":"balance"})"}) {  // the last: nobody waits for an answer
    EXPECT_FALSE(calls(text, "balance")) << text;
  }
}

TEST(JsonRpc, ReplacesTheResultOfTheCall) {
  EXPECT_EQ(with_result(kCall, R"({"jsonrpc":"2.0","id":7,"result":"0x5"})", "balance", R"("0x0")"),
            R"({"jsonrpc":"2.0","id":7,"result":"0x0"})");
}

TEST(JsonRpc, TurnsAFailureIntoTheResult) {
  EXPECT_EQ(
      with_result(kCall, R"({"jsonrpc":"2.0","id":7,"error":{"code":-1}})", "balance", "true"),
      R"({"jsonrpc":"2.0","id":7,"result":true})");
}

TEST(JsonRpc, ChangesOnlyTheCallsOfABatchThatAreMeant) {
  EXPECT_EQ(with_result(R"([{"id":1,"method":"other"},{"id":"two","method":"balance"}])",
                        R"([{"id":"two","result":5},{"id":1,"result":6}])", "balance", "0"),
            R"([{"id":"two","result":0},{"id":1,"result":6}])");
}

TEST(JsonRpc, LeavesAnAnswerToSomethingElseAlone) {
  EXPECT_FALSE(with_result(kCall, R"({"id":8,"result":"0x5"})", "balance", "0"));
  EXPECT_FALSE(with_result(kCall, "<html>", "balance", "0"));
}

}  // namespace
}  // namespace chokepoint::proxy
