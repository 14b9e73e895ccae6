#include <gmock/gmock.h>

#include <limits>

#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

v1::ControllerConfig config_with(const std::string& name,
                                 std::initializer_list<const char*> words) {
  v1::ControllerConfig config;
  v1::ProbeCommand& command = (*config.mutable_commands())[name];
  for (const char* const word : words) command.add_command(word);
  return config;
}

Error refusal(const v1::Probe& probe, const v1::ControllerConfig& config = {}) {
  const auto asker = make_asker(probe, config);
  EXPECT_FALSE(asker) << probe.ShortDebugString();
  return asker ? Error{.message = "nothing was refused"} : asker.error();
}

TEST(MakeAsker, RunsOnlyCommandsThatTheControllerNames) {
  const v1::Probe probe = probe_of("{command: {name: place-an-order}}");
  const Error error = refusal(probe, config_with("another", {"/bin/true"}));
  EXPECT_EQ(error.code, Code::denied);
  EXPECT_EQ(error.message, "this controller runs no command 'place-an-order'");
  EXPECT_TRUE(make_asker(probe, config_with("place-an-order", {"/bin/true"})));
}

TEST(MakeAsker, WantsAnAbsolutePathOfAProgram) {
  const v1::Probe probe = probe_of("{command: {name: it}}");
  EXPECT_EQ(refusal(probe, config_with("it", {"true"})).code, Code::invalid_input);
  EXPECT_EQ(refusal(probe, config_with("it", {})).code, Code::invalid_input);
  EXPECT_EQ(refusal(probe, config_with("it", {"/no/such/program"})).code, Code::not_found);
  EXPECT_EQ(refusal(probe, config_with("it", {"/etc/passwd"})).code, Code::not_found);
}

TEST(MakeAsker, WantsURLs) {
  for (const std::string url :
       {"10.0.0.1:80", "ftp://shop", "http://", "http://:80", "http://shop:0", "http://shop:65536",
        "http://shop:8o", "http://shop:", "http://me:secret@shop/", "http://shop/a b",
        "http://shop/\\r\\nX: y", "http://[::1", "http://[::1]80", "http://sh op/",
        "http://sh\\u00f6p/", "https://shop:99999999999999999999/"}) {
    EXPECT_EQ(refusal(probe_of("{http: {url: \"" + url + "\"}}")).code, Code::invalid_input) << url;
  }
  for (const std::string url : {"http://shop", "https://shop?a=b", "http://[::1]:80/a#b",
                                "http://10.0.0.1:8080/orders?at=1&x=%20"}) {
    EXPECT_TRUE(make_asker(probe_of("{http: {url: \"" + url + "\"}}"), {})) << url;
  }
}

TEST(MakeAsker, WantsAddresses) {
  for (const std::string kind : {"tcp", "grpc_health"}) {
    for (const std::string address : {"shop", "shop:", ":80", "::1:80", "[::1]", "shop:http",
                                      "unix:/run/shop", "dns:///shop:80", "shop:80/x"}) {
      const v1::Probe probe = probe_of("{" + kind + ": {address: \"" + address + "\"}}");
      EXPECT_EQ(refusal(probe).code, Code::invalid_input) << address;
    }
    EXPECT_TRUE(make_asker(probe_of("{" + kind + ": {address: \"[::1]:80\"}}"), {}));
  }
}

TEST(MakeAsker, WantsABoundForPrometheus) {
  v1::Probe probe = probe_of("{prometheus: {url: 'http://p:9090', query: up}}");
  EXPECT_EQ(refusal(probe).code, Code::invalid_input);
  probe.mutable_prometheus()->set_at_most(0);
  EXPECT_TRUE(make_asker(probe, {}));
  probe.mutable_prometheus()->set_url("http://p:9090/?query=up");
  EXPECT_EQ(refusal(probe).code, Code::invalid_input);
}

TEST(MakeAsker, WantsNoControlCharactersInTheContentType) {
  v1::Probe probe = probe_of("{http: {url: 'http://shop', method: POST}}");
  probe.mutable_http()->set_content_type("text/plain\r\nX-Admin: yes");
  EXPECT_EQ(refusal(probe).code, Code::invalid_input);
}

// Whoever speaks gRPC need not have asked the loader.
TEST(MakeAsker, HoldsProbesOfTheWireAgainstTheSchema) {
  const v1::Probe good = probe_of("{http: {url: 'http://shop'}}");
  ASSERT_TRUE(make_asker(good, {}));
  EXPECT_EQ(refusal({}).message, "kind of Probe is missing");
  v1::Probe probe = good;
  probe.set_every(0);
  EXPECT_EQ(refusal(probe).message, "every of Probe is 0s, and must be at least 10ms");
  probe = good;
  probe.set_timeout(1e300);
  EXPECT_EQ(refusal(probe).code, Code::invalid_input);
  probe = good;
  probe.set_every(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(refusal(probe).message, "every of Probe is not a number");
  probe = good;
  probe.set_failures(0);
  EXPECT_EQ(refusal(probe).code, Code::invalid_input);
  probe = good;
  probe.mutable_http()->set_method("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(refusal(probe).message, "method of HttpProbe must be one of GET, POST, PUT, HEAD");
  probe = good;
  probe.mutable_http()->clear_url();
  EXPECT_EQ(refusal(probe).message, "url of HttpProbe is missing");
  probe = good;
  probe.mutable_http()->set_status(99);
  EXPECT_EQ(refusal(probe).code, Code::invalid_input);
}

}  // namespace
}  // namespace chokepoint::controller
