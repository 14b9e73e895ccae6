// Bytes that are no call at all, and calls that are too large.
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "tests/controller/api/served.h"

namespace chokepoint::controller::testing {
namespace {

// A plain connection; closed with the object.
class Socket {
 public:
  explicit Socket(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  ~Socket() { ::close(socket_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void say(const std::string& bytes) const {
    (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // Whether the other side hangs up within five seconds.
  bool is_hung_up() const {
    char byte = 0;
    while (true) {
      const ssize_t got = ::recv(socket_, &byte, 1, 0);
      if (got > 0) continue;
      return got == 0 || errno == ECONNRESET;
    }
  }

 private:
  int socket_;
};

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class Strangers : public Served {
 protected:
  void expect_service() const {
    const auto stub = v1::GameDays::NewStub(dial_as("maria"));
    grpc::ClientContext context;
    bound(context, 5);
    v1::ListReply reply;
    const grpc::Status status = stub->List(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  void SetUp() override { issue(Role::operator_, "maria"); }
};

TEST_F(Strangers, AreHungUpOnWhenTheySpeakAnotherLanguage) {
  const std::string tls = {0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x00, 0x3f, 0x7c, 0x03};
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), noise(64 << 10, 1),
        std::string(64 << 10, '\0'), tls + noise(16 << 10, 2)}) {
    const Socket socket(server_->port());
    socket.say(bytes);
    EXPECT_TRUE(socket.is_hung_up()) << bytes.substr(0, 20);
  }
  expect_service();
}

TEST_F(Strangers, WhoSayNothingDoNotKeepOthersOut) {
  std::vector<std::unique_ptr<Socket>> silent;
  for (int i = 0; i < 300; ++i) silent.push_back(std::make_unique<Socket>(server_->port()));

  expect_service();
}

TEST_F(Strangers, CannotSendMoreThanAPlanNeeds) {
  const auto stub = v1::GameDays::NewStub(dial_as("maria"));
  v1::SubmitRequest request;
  request.mutable_plan()->set_digest(std::string(33 << 20, 'x'));
  grpc::ClientContext context;
  bound(context);
  v1::SubmitReply reply;

  EXPECT_EQ(stub->Submit(&context, request, &reply).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  expect_service();
}

TEST_F(Strangers, WithDamagedMessagesAreRefused) {
  grpc::GenericStub stub(dial_as("maria"));
  for (unsigned seed = 0; seed < 50; ++seed) {
    const grpc::Slice slice(noise(1 + seed * 20UL, seed));
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ClientContext context;
    bound(context, 5);
    grpc::CompletionQueue queue;
    const auto call =
        stub.PrepareUnaryCall(&context, "/chokepoint.v1.GameDays/Submit", request, &queue);
    call->StartCall();
    grpc::ByteBuffer reply;
    grpc::Status status;
    call->Finish(&reply, &status, nullptr);
    void* tag = nullptr;
    bool is_ok = false;
    ASSERT_TRUE(queue.Next(&tag, &is_ok));
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  expect_service();
}

}  // namespace
}  // namespace chokepoint::controller::testing
