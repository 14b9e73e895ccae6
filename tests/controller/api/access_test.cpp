// Who may call what: the table of docs/security.md, row by row.
#include <map>
#include <set>

#include "controller/plan/make_plan.h"
#include "tests/controller/api/served.h"

namespace chokepoint::controller::testing {
namespace {

using ::testing::HasSubstr;
using Names = std::set<std::string>;

// Each call with what gets past the gate and no further.
const std::map<std::string, std::function<grpc::Status(const Channel&)>>& calls() {
  static const auto people = [](const Channel& channel, auto call) {
    const auto stub = v1::GameDays::NewStub(channel);
    grpc::ClientContext context;
    bound(context);
    return call(*stub, context);
  };
  using Stub = v1::GameDays::Stub;
  using Context = grpc::ClientContext;
  static const std::map<std::string, std::function<grpc::Status(const Channel&)>> all = {
      {"Submit",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::SubmitRequest request;
           v1::SubmitReply reply;
           v1::GameDayPlan& plan = *request.mutable_plan();  // as it was made, and not whole
           plan.set_prediction_sha256(digest_of_prediction(plan));
           plan.set_plan_sha256(digest_of_plan(plan));
           return stub.Submit(&context, request, &reply);
         });
       }},
      {"Start",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::StartRequest request;
           v1::GameDayStatus reply;
           request.set_id("nobody");
           return stub.Start(&context, request, &reply);
         });
       }},
      {"Lift",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::StopReply reply;
           return stub.Lift(&context, {}, &reply);
         });
       }},
      {"Abort",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::AbortRequest request;
           v1::GameDayStatus reply;
           request.set_id("nobody");
           return stub.Abort(&context, request, &reply);
         });
       }},
      {"Stop",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::StopReply reply;
           return stub.Stop(&context, {}, &reply);
         });
       }},
      {"Agents",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::AgentsReply reply;
           return stub.Agents(&context, {}, &reply);
         });
       }},
      {"Watch",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::WatchRequest request;
           request.set_id("nobody");
           const auto reader = stub.Watch(&context, request);
           v1::GameDayStatus status;
           while (reader->Read(&status)) {
           }
           return reader->Finish();
         });
       }},
      {"List",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::ListReply reply;
           return stub.List(&context, {}, &reply);
         });
       }},
      {"Show",
       [](const Channel& channel) {
         return people(channel, [](Stub& stub, Context& context) {
           v1::ShowRequest request;
           v1::ShowReply reply;
           request.set_id("nobody");
           return stub.Show(&context, request, &reply);
         });
       }},
      {"Attend",
       [](const Channel& channel) {
         RawAgent agent(channel);
         agent.beat();  // without a hello
         return agent.end();
       }},
  };
  return all;
}

class Access : public Served {
 protected:
  // Calls everything; whatever is not `allowed` comes back with `code`, and stands in the audit
  // with the caller and the reason.
  void expect(const Channel& channel, const Names& allowed, grpc::StatusCode code,
              const std::string& reason, const std::string& name = "") const {
    for (const auto& [call, make] : calls()) {
      SCOPED_TRACE(call);
      const std::size_t before = audit().size();
      const grpc::Status status = make(channel);
      const auto entries = audit();
      ASSERT_GT(entries.size(), before);
      const AuditEntry& entry = entries[before];
      EXPECT_EQ(entry.call, call);
      EXPECT_EQ(entry.name, name);
      EXPECT_THAT(entry.from, HasSubstr("127.0.0.1"));
      if (allowed.contains(call)) {
        EXPECT_TRUE(entry.allowed) << entry.detail;
        EXPECT_NE(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
        EXPECT_NE(status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
            << status.error_message();
        continue;
      }
      EXPECT_EQ(status.error_code(), code) << status.error_message();
      EXPECT_FALSE(status.error_details().empty()) << "nobody is left without a next step";
      EXPECT_FALSE(entry.allowed);
      EXPECT_THAT(entry.detail, HasSubstr(reason));
      EXPECT_EQ(entries.size(), before + 1) << entries.back().detail;
    }
  }
  void expect_nobody(const Channel& channel, const std::string& reason) const {
    expect(channel, {}, grpc::StatusCode::UNAUTHENTICATED, reason);
  }
};

TEST_F(Access, OfOperatorsIsToEverythingThatPeopleDo) {
  expect(issue_and_dial(Role::operator_, "maria"),
         {"Submit", "Start", "Lift", "Abort", "Stop", "Agents", "Watch", "List", "Show"},
         grpc::StatusCode::PERMISSION_DENIED, "role operator may not", "maria");
}

TEST_F(Access, OfObserversIsToLookingAndToTakingBack) {
  expect(issue_and_dial(Role::observer, "olaf"),
         {"Abort", "Stop", "Agents", "Watch", "List", "Show"}, grpc::StatusCode::PERMISSION_DENIED,
         "role observer may not", "olaf");
}

TEST_F(Access, OfAgentsIsToAttending) {
  expect(issue_and_dial(Role::agent, "a1"), {"Attend"}, grpc::StatusCode::PERMISSION_DENIED,
         "role agent may not", "a1");
}

TEST_F(Access, OfControllersIsToNothing) {
  expect(dial_as("staging"), {}, grpc::StatusCode::PERMISSION_DENIED, "role controller may not",
         "staging");
}

TEST_F(Access, IsNobodysWithoutACertificate) {
  expect_nobody(dial("", ""), "no certificate was shown");
}

TEST_F(Access, IsNobodysOfAnotherAuthority) {
  authority("others");
  issue(Role::operator_, "maria", "others");

  expect_nobody(dial_as("maria", "others"), "authority");
}

TEST_F(Access, IsNobodysWhoseCertificateEnded) {
  expect_nobody(dial_with(odd({.role = Role::operator_,
                               .name = "maria",
                               .validity = {.from = real_now() - 100, .until = real_now() - 10}})),
                "expired");
}

TEST_F(Access, IsNobodysWhoseCertificateHasNotBegun) {
  expect_nobody(
      dial_with(odd({.role = Role::operator_,
                     .name = "maria",
                     .validity = {.from = real_now() + 1000, .until = real_now() + 2000}})),
      "not valid");
}

TEST_F(Access, IsNobodysWhoseCertificateWasRevoked) {
  issue(Role::operator_, "maria");
  ASSERT_TRUE(pki::revoke(folder_ / "pki", "maria", real_now()));

  expect_nobody(dial_as("maria"), "revoked");
}

TEST_F(Access, IsNobodysWithoutARole) {
  const pki::Pair authority = ours();
  pki::Pair pair = odd({.role = Role::operator_,
                        .name = "maria",
                        .validity = {.from = real_now() - 100, .until = real_now() + 100}});
  change(pair, authority, {{NID_subject_alt_name, "DNS:maria.example"}});

  expect_nobody(dial_with(pair), "role");
}

TEST_F(Access, IsNobodysWithTwoRoles) {
  const pki::Pair authority = ours();
  pki::Pair pair = odd({.role = Role::agent,
                        .name = "a1",
                        .validity = {.from = real_now() - 100, .until = real_now() + 100}});
  change(pair, authority,
         {{NID_subject_alt_name,
           "URI:spiffe://x/chokepoint/agent/a1,URI:spiffe://x/chokepoint/operator/a1"}});

  expect_nobody(dial_with(pair), "");
}

TEST_F(Access, IsNobodysWhileTheListOfRevokedCertificatesCannotBeRead) {
  const Channel channel = issue_and_dial(Role::operator_, "maria");
  std::filesystem::remove(folder_ / "pki" / "revoked.pem");

  const grpc::Status status = calls().at("List")(channel);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(last_refusal().detail, HasSubstr("revoked"));
}

TEST_F(Access, IsEverybodysOnThisHostWithoutCertificates) {
  server_.reset();
  game_days_.reset();
  store_.reset();
  config_.clear_authority();
  config_.clear_certificate();
  config_.clear_key();
  config_.clear_revoked();
  start();

  expect(grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                             grpc::InsecureChannelCredentials()),
         {"Submit", "Start", "Lift", "Abort", "Stop", "Agents", "Watch", "List", "Show", "Attend"},
         grpc::StatusCode::OK, "", "somebody on this host");
}

TEST_F(Access, IsRefusedByTheHundredAndTheAuditOnlyCountsOn) {
  const Channel channel = dial("", "");
  for (int i = 0; i < kMostRefusals + 50; ++i) (void)calls().at("List")(channel);

  EXPECT_EQ(audit().size(), static_cast<std::size_t>(kMostRefusals));
  EXPECT_EQ(server_->gate().refused(), static_cast<std::uint64_t>(kMostRefusals) + 50);
  EXPECT_TRUE(calls().at("List")(issue_and_dial(Role::observer, "olaf")).ok());
  EXPECT_TRUE(audit().back().allowed) << "who is let in is always written down";
}

TEST_F(Access, LeavesNoLongTextsInTheAudit) {
  const auto stub = v1::GameDays::NewStub(issue_and_dial(Role::observer, "olaf"));
  v1::StopRequest request;
  request.set_reason(std::string(1 << 20, 'x') + "\n{\"forged\": true}");
  grpc::ClientContext context;
  bound(context);
  v1::StopReply reply;

  ASSERT_TRUE(stub->Stop(&context, request, &reply).ok());

  EXPECT_LE(audit().back().detail.size(), 1000U);
  EXPECT_LE(reply.reason().size(), 500U);
  EXPECT_LE((*store_->stop())->reason.size(), 500U);
}

}  // namespace
}  // namespace chokepoint::controller::testing
