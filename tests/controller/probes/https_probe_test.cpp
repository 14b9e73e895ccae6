// Certificates are made by the openssl program.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/controller/probes/page_server.h"
#include "tests/controller/probes/plain_server.h"
#include "tests/controller/probes/probe_text.h"

namespace chokepoint::controller {
namespace {

namespace fs = std::filesystem;

class HttpsProbe : public testing::Test {
 protected:
  HttpsProbe() {
    std::string folder = (fs::temp_directory_path() / "chokepoint-https-XXXXXX").string();
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  ~HttpsProbe() override {
    ::unsetenv("SSL_CERT_FILE");
    fs::remove_all(folder_);
  }

  // A certificate that vouches for itself, for this name; begins to serve with it.
  std::string serve(const std::string& name) {
    std::vector<std::string> words = {"/usr/bin/openssl",
                                      "req",
                                      "-x509",
                                      "-newkey",
                                      "ec",
                                      "-pkeyopt",
                                      "ec_paramgen_curve:P-256",
                                      "-nodes",
                                      "-days",
                                      "2",
                                      "-subj",
                                      "/CN=test",
                                      "-addext",
                                      "subjectAltName=" + name,
                                      "-keyout",
                                      key(),
                                      "-out",
                                      certificate()};
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    ::posix_spawn_file_actions_init(&quiet);
    ::posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t process = -1;
    EXPECT_EQ(::posix_spawn(&process, pointers[0], &quiet, nullptr, pointers.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&quiet);
    int status = -1;
    ::waitpid(process, &status, 0);
    EXPECT_EQ(status, 0) << "openssl makes no certificate";
    pages_ = std::make_unique<Pages<httplib::SSLServer>>(certificate().c_str(), key().c_str());
    pages_->server().Get(
        "/", [](const auto&, auto& response) { response.set_content("revision", "text/plain"); });
    return "https://" + pages_->begin();
  }
  void believe() { ::setenv("SSL_CERT_FILE", certificate().c_str(), 1); }
  std::string key() const { return (folder_ / "key.pem").string(); }
  std::string certificate() const { return (folder_ / "certificate.pem").string(); }

  static std::string asking(const std::string& url, const std::string& timeout = "5s") {
    return "{timeout: " + timeout + ", http: {url: \"" + url + "\", contains: revision}}";
  }

  fs::path folder_;
  std::unique_ptr<Pages<httplib::SSLServer>> pages_;
};

TEST_F(HttpsProbe, IsGoodWhereTheCertificateIsBelieved) {
  const std::string url = serve("IP:127.0.0.1");
  believe();
  const auto asker = asker_of(asking(url));
  for (int i = 0; i < 2; ++i) {
    const Answer answer = asker->ask();
    EXPECT_TRUE(answer.is_good) << answer.text;
  }
}

TEST_F(HttpsProbe, HoldsNamesAgainstTheCertificate) {
  const std::string url = serve("DNS:localhost");
  believe();
  const std::string named = "https://localhost" + url.substr(url.rfind(':'));
  const Answer good = answer_to(asking(named));
  EXPECT_TRUE(good.is_good) << good.text;
  EXPECT_FALSE(answer_to(asking(url)).is_good);
}

TEST_F(HttpsProbe, IsBadForACertificateThatNobodyVouchesFor) {
  const Answer answer = answer_to(asking(serve("IP:127.0.0.1")));
  EXPECT_FALSE(answer.is_good);
  EXPECT_THAT(answer.text, testing::HasSubstr("certificate verify failed"));
}

TEST_F(HttpsProbe, DoesNotWaitForAHandshakeThatNeverEnds) {
  const PlainServer silent(saying_nothing());
  const PlainServer slow(dripping("\x16\x03\x03\x40"));
  for (const PlainServer* server : {&silent, &slow}) {
    const Answer answer = answer_to(asking("https://" + server->address(), "200ms"));
    EXPECT_EQ(answer.text, "no answer within 200ms");
    expect_waited_for(answer, 0.2);
  }
}

TEST_F(HttpsProbe, IsBadForPlainHttp) {
  const PlainServer server(saying("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nrevision"));
  const Answer answer = answer_to(asking("https://" + server.address()));
  EXPECT_FALSE(answer.is_good);
  EXPECT_LT(answer.took_s, 5);
}

}  // namespace
}  // namespace chokepoint::controller
