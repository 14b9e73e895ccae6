// The agent as a daemon, and a controller that speaks to it as the real one does.
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "chokepoint/v1/agent_link.grpc.pb.h"
#include "tests/agents/host.h"

namespace chokepoint::agents {
namespace {

class Controller : public v1::AgentLink::Service {
 public:
  explicit Controller(const std::string& address,
                      std::shared_ptr<grpc::ServerCredentials> credentials) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, credentials, &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~Controller() override { stop(); }

  int port() const { return port_; }
  void stop() {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  grpc::Status Attend(grpc::ServerContext* /*context*/,
                      grpc::ServerReaderWriter<v1::ToAgent, v1::FromAgent>* call) override {
    {
      const std::lock_guard lock(mutex_);
      call_ = call;
    }
    v1::FromAgent said;
    while (call->Read(&said)) {
      const std::lock_guard lock(mutex_);
      heard_.push_back(said);
      news_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    call_ = nullptr;
    return grpc::Status::OK;
  }

  bool order(const v1::ToAgent& order) {
    const std::lock_guard lock(mutex_);
    return call_ != nullptr && call_->Write(order);
  }
  bool inject(const std::string& order_id, const std::string& id, std::string_view fault) {
    v1::ToAgent order_of;
    order_of.set_order(order_id);
    order_of.mutable_inject()->set_id(id);
    order_of.mutable_inject()->set_fault(std::string(fault));
    return order(order_of);
  }
  bool revert(const std::string& order_id, const std::string& id) {
    v1::ToAgent order_of;
    order_of.set_order(order_id);
    order_of.mutable_revert()->set_id(id);
    return order(order_of);
  }
  void renew(const std::string& id) {
    v1::ToAgent order_of;
    order_of.mutable_renew()->add_ids(id);
    order(order_of);
  }

  // The first that holds of what was said, or will be said within ten seconds; it is forgotten.
  std::optional<v1::FromAgent> hear(const std::function<bool(const v1::FromAgent&)>& wanted) {
    std::unique_lock lock(mutex_);
    std::optional<v1::FromAgent> found;
    news_.wait_for(lock, std::chrono::seconds(10), [&] {
      for (auto said = heard_.begin(); said != heard_.end(); ++said) {
        if (!wanted(*said)) continue;
        found = *said;
        heard_.erase(said);
        return true;
      }
      return false;
    });
    return found;
  }
  std::optional<v1::Hello> hello() {
    const auto said = hear([](const v1::FromAgent& one) { return one.has_hello(); });
    return said ? std::optional(said->hello()) : std::nullopt;
  }
  std::optional<v1::OrderOutcome> outcome(const std::string& order) {
    const auto said = hear([&](const v1::FromAgent& one) {
      return one.has_outcome() && one.outcome().order() == order;
    });
    return said ? std::optional(said->outcome()) : std::nullopt;
  }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<v1::FromAgent> heard_;
  grpc::ServerReaderWriter<v1::ToAgent, v1::FromAgent>* call_ = nullptr;
};

class Attend : public testing::Test {
 protected:
  ~Attend() override {
    if (agent_ > 0) ::kill(agent_, SIGKILL);
    if (agent_ > 0) ::waitpid(agent_, nullptr, 0);
  }

  void start_controller() {
    controller_.emplace("127.0.0.1:0", grpc::InsecureServerCredentials());
    start_agent(fmt::format("controller: {{address: '127.0.0.1:{}'}}\nmetrics: {}/metrics.prom\n",
                            controller_->port(), host_.folder().string()));
    ASSERT_TRUE(controller_->hello());
    before_ = file_text();
  }

  void start_agent(const std::string& controller) {
    host_.write("agent.yaml", host_.config_text() + controller);
    const std::string out = (host_.folder() / "out").string();
    const std::string config = (host_.folder() / "agent.yaml").string();
    agent_ = ::fork();
    if (agent_ == 0) {
      const int to = ::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(to, 1);
      ::dup2(to, 2);
      ::execl(CHOKEPOINT_BINARY_DIR "/bin/chokepoint-agent", "chokepoint-agent", "run", "--config",
              config.c_str(), nullptr);
      ::_exit(127);
    }
  }

  int agent_exit() {
    int status = 0;
    ::waitpid(agent_, &status, 0);
    agent_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string text_of(const std::string& name) const {
    std::ifstream file(host_.folder() / name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string file_text() const { return text_of("features.map"); }
  bool is_whole_within(double seconds) const {
    for (int i = 0; i < seconds * 100; ++i) {
      if (file_text() == before_) return true;
      ::usleep(10'000);
    }
    return false;
  }

  Host host_;
  std::optional<Controller> controller_;
  pid_t agent_ = -1;
  std::string before_;
};

TEST_F(Attend, SaysWhoItIsAndWhatItMayTouch) {
  controller_.emplace("127.0.0.1:0", grpc::InsecureServerCredentials());
  start_agent(fmt::format("controller: {{address: '127.0.0.1:{}'}}\nplaces: [hall-1]\n",
                          controller_->port()));

  const auto hello = controller_->hello();

  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->agent(), "practice");
  EXPECT_EQ(hello->places(0), "hall-1");
  EXPECT_EQ(hello->lease(), 2);
  EXPECT_NE(hello->ShortDebugString().find("file features"), std::string::npos);
  EXPECT_GT(hello->capabilities_size(), 3);
}

TEST_F(Attend, InjectsAndRevertsAsItIsTold) {
  start_controller();

  ASSERT_TRUE(controller_->inject("1", "a", kBloat));

  const auto injected = controller_->outcome("1");
  ASSERT_TRUE(injected);
  EXPECT_EQ(injected->code(), v1::OUTCOME_CODE_DONE) << injected->message();
  EXPECT_EQ(injected->seen(), v1::SIGHT_INJECTED);
  EXPECT_NE(file_text(), before_);
  ASSERT_TRUE(controller_->revert("2", "a"));
  const auto reverted = controller_->outcome("2");
  ASSERT_TRUE(reverted);
  EXPECT_EQ(reverted->code(), v1::OUTCOME_CODE_DONE) << reverted->message();
  EXPECT_EQ(reverted->seen(), v1::SIGHT_BASELINE);
  EXPECT_EQ(file_text(), before_);
}

TEST_F(Attend, SaysWhatItWouldDoAndTouchesNothing) {
  start_controller();
  v1::ToAgent order;
  order.set_order("1");
  order.mutable_plan()->set_fault(std::string(kBloat));

  ASSERT_TRUE(controller_->order(order));

  const auto planned = controller_->outcome("1");
  ASSERT_TRUE(planned);
  EXPECT_GE(planned->plan_size(), 2);
  EXPECT_EQ(file_text(), before_);
}

TEST_F(Attend, RefusesWhatItsConfigurationDoesNotAllowAndWhatIsNoFault) {
  start_controller();
  controller_->inject("1", "a", "{duration: 1min, process_pause: {process: database}}");
  controller_->inject("2", "b", "{duration: 60, process_pause: {process: sleeper}}");
  controller_->inject("3", "../c", kBloat);

  EXPECT_EQ(controller_->outcome("1")->code(), v1::OUTCOME_CODE_DENIED);
  const auto wrong = controller_->outcome("2");
  EXPECT_EQ(wrong->code(), v1::OUTCOME_CODE_INVALID_INPUT);
  EXPECT_NE(wrong->message().find("60"), std::string::npos);
  EXPECT_EQ(controller_->outcome("3")->code(), v1::OUTCOME_CODE_INVALID_INPUT);
  EXPECT_EQ(file_text(), before_);
}

TEST_F(Attend, CarriesOutAnOrderOnce) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  ASSERT_TRUE(controller_->outcome("1"));
  controller_->revert("2", "a");
  ASSERT_TRUE(controller_->outcome("2"));

  controller_->inject("1", "a", kBloat);

  const auto again = controller_->outcome("1");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->code(), v1::OUTCOME_CODE_DONE);
  EXPECT_EQ(file_text(), before_);
}

TEST_F(Attend, RevertsWhatNobodyRenews) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  ASSERT_TRUE(controller_->outcome("1"));
  for (int i = 0; i < 5; ++i) {
    ::usleep(600'000);
    controller_->renew("a");
  }
  EXPECT_NE(file_text(), before_);

  EXPECT_TRUE(is_whole_within(3));  // the lease is 2 s

  const auto ended = controller_->hear([](const v1::FromAgent& one) {
    return one.has_outcome() && one.outcome().code() == v1::OUTCOME_CODE_ENDED;
  });
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->outcome().id(), "a");
}

TEST_F(Attend, RevertsWhenTheControllerIsGone) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  ASSERT_TRUE(controller_->outcome("1"));

  controller_->stop();

  EXPECT_TRUE(is_whole_within(3));
}

TEST_F(Attend, RevertsAtOnceWhenTheAgentIsKilled) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  ASSERT_TRUE(controller_->outcome("1"));

  ::kill(agent_, SIGKILL);

  EXPECT_TRUE(is_whole_within(1));
}

TEST_F(Attend, RevertsWithinTheLeaseWhenTheAgentStandsStill) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  ASSERT_TRUE(controller_->outcome("1"));

  ::kill(agent_, SIGSTOP);

  EXPECT_TRUE(is_whole_within(3));
}

TEST_F(Attend, RevertsEverythingWhenItIsEnded) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  controller_->inject("2", "b", kPause);
  ASSERT_TRUE(controller_->outcome("1"));
  ASSERT_TRUE(controller_->outcome("2"));

  ::kill(agent_, SIGTERM);

  EXPECT_EQ(agent_exit(), 0);
  EXPECT_EQ(file_text(), before_);
  EXPECT_TRUE(host_.agent().standing()->empty());
}

TEST_F(Attend, ComesBackToAControllerThatWasAway) {
  start_controller();
  const int port = controller_->port();
  controller_->stop();
  ::usleep(300'000);

  controller_.emplace(fmt::format("127.0.0.1:{}", port), grpc::InsecureServerCredentials());

  EXPECT_TRUE(controller_->hello());
}

TEST_F(Attend, EndsAtOnceWhileItDialsAControllerThatSaysNothing) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&at), size), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
  start_agent(fmt::format("controller: {{address: '127.0.0.1:{}'}}\n", ntohs(at.sin_port)));
  const int call = ::accept(listener, nullptr, nullptr);
  const auto begun = std::chrono::steady_clock::now();

  ::kill(agent_, SIGTERM);

  EXPECT_EQ(agent_exit(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  ::close(call);
  ::close(listener);
}

TEST_F(Attend, WritesFiguresAndLogsAsJson) {
  start_controller();
  controller_->inject("1", "a", kBloat);
  ASSERT_TRUE(controller_->outcome("1"));
  for (int i = 0; i < 300 && text_of("metrics.prom").find("faults_active 1") == std::string::npos;
       ++i) {
    ::usleep(10'000);
    if (i % 50 == 0) controller_->renew("a");
  }

  EXPECT_NE(text_of("metrics.prom").find("chokepoint_agent_faults_active 1"), std::string::npos);
  EXPECT_NE(text_of("metrics.prom").find("chokepoint_agent_inject_seconds_count 1"),
            std::string::npos);
  EXPECT_NE(text_of("out").find(R"("level":"info","program":"chokepoint-agent","message":")"),
            std::string::npos);
}

// Certificates of an authority that the test makes.
class AttendWithCertificates : public Attend {
 protected:
  void SetUp() override {
    run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout "
        "ca.key -out ca.pem");
    issue("controller", "-days 1");
    issue("agent", "-days 1");
  }

  void run(const std::string& arguments) const {
    const std::string command =
        fmt::format("cd {} && openssl {} 2>/dev/null", host_.folder().string(), arguments);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  void issue(const std::string& name, const std::string& validity) const {
    host_.write("ext", "subjectAltName=IP:127.0.0.1");
    run(
        fmt::format("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={0} -keyout "
                    "{0}.key -out {0}.csr",
                    name));
    run(fmt::format(
        "x509 -req -in {0}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext {1} "
        "-out {0}.pem",
        name, validity));
  }
  void start_secure_controller() {
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = text_of("ca.pem");
    options.pem_key_cert_pairs.push_back({text_of("controller.key"), text_of("controller.pem")});
    controller_.emplace("127.0.0.1:0", grpc::SslServerCredentials(options));
  }
  std::string config(const std::string& name, const std::string& authority = "ca") const {
    return fmt::format(
        "controller: {{address: '127.0.0.1:{0}', authority: {1}/{3}.pem, certificate: {1}/{2}.pem, "
        "key: {1}/{2}.key}}\n",
        controller_->port(), host_.folder().string(), name, authority);
  }
};

TEST_F(AttendWithCertificates, SpeaksToAControllerThatItBelieves) {
  start_secure_controller();

  start_agent(config("agent"));

  EXPECT_TRUE(controller_->hello());
}

TEST_F(AttendWithCertificates, RefusesToStartWithOneThatExpired) {
  start_secure_controller();
  issue("late", "-days -1");

  start_agent(config("late"));

  EXPECT_EQ(agent_exit(), 2);
  EXPECT_NE(text_of("out").find("late.pem expired on "), std::string::npos) << text_of("out");
}

TEST_F(AttendWithCertificates, RefusesToStartWithAnothersKey) {
  start_secure_controller();
  fs::copy_file(host_.folder() / "agent.pem", host_.folder() / "mixed.pem");
  fs::copy_file(host_.folder() / "controller.key", host_.folder() / "mixed.key");

  start_agent(config("mixed"));

  EXPECT_EQ(agent_exit(), 2);
  EXPECT_NE(text_of("out").find("another key"), std::string::npos) << text_of("out");
}

TEST_F(AttendWithCertificates, SaysNothingToAControllerOfAnotherAuthority) {
  start_secure_controller();
  run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=other "
      "-keyout "
      "other.key -out other.pem");

  start_agent(config("agent", "other"));

  for (int i = 0; i < 1000 && text_of("out").find("no controller answers") == std::string::npos;
       ++i) {
    ::usleep(10'000);
  }
  EXPECT_NE(text_of("out").find("no controller answers"), std::string::npos) << text_of("out");
}

TEST_F(AttendWithCertificates, WantsThemBeyondThisHost) {
  start_agent("controller: {address: 'controller.example:7443'}\n");

  EXPECT_EQ(agent_exit(), 2);
  EXPECT_NE(text_of("out").find("we have no certificate"), std::string::npos) << text_of("out");
}

}  // namespace
}  // namespace chokepoint::agents
