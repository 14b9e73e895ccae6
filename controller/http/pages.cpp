#include "controller/http/pages.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <httplib.h>

#include <atomic>
#include <charconv>
#include <thread>

#include "controller/plan/states.h"
#include "controller/registry/agents_reply.h"

namespace chokepoint::controller {
namespace {

constexpr std::size_t kThreads = 64;  // each reader of events holds one
constexpr int kMostReaders = 48;
constexpr int kMostWaiting = 128;  // to be let in
constexpr std::int64_t kNotesAtOnce = 500;
constexpr double kPing = 2;  // seconds; a reader that is gone shows when it is written to

std::string json_of(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

}  // namespace

struct Pages::Parts {
  Parts(Store& store_of, Registry& registry_of, GameDays& game_days_of, Metrics& metrics_of,
        std::function<double()> refused_of)
      : store(store_of),
        registry(registry_of),
        game_days(game_days_of),
        metrics(metrics_of),
        refused(std::move(refused_of)) {}

  template <class Message>
  static void answer(httplib::Response& response, const Result<Message>& result) {
    if (result) return response.set_content(json_of(*result), "application/json");
    response.status = result.error().code == Code::not_found ? 404 : 503;
    response.set_content(result.error().message + "\n", "text/plain");
  }

  void add_routes() {
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server.Get("/healthz", [](const httplib::Request& /*request*/, httplib::Response& response) {
      response.set_content("alive\n", "text/plain");
    });
    server.Get("/readyz", [this](const httplib::Request& /*request*/, httplib::Response& response) {
      response.status = store.is_full() ? 503 : 200;
      response.set_content(store.is_full() ? "the disk is full\n" : "ready\n", "text/plain");
    });
    server.Get("/metrics",
               [this](const httplib::Request& /*request*/, httplib::Response& response) {
                 response.set_content(metrics.text(now()), "text/plain; version=0.0.4");
               });
    server.Get("/api/v1/agents",
               [this](const httplib::Request& /*request*/, httplib::Response& response) {
                 response.set_content(json_of(agents_reply(registry)), "application/json");
               });
    server.Get("/api/v1/game-days",
               [this](const httplib::Request& /*request*/, httplib::Response& response) {
                 answer(response, game_days.list());
               });
    server.Get(R"(/api/v1/game-days/([a-z0-9-]+))",
               [this](const httplib::Request& request, httplib::Response& response) {
                 answer(response, game_days.show(request.matches[1]));
               });
    server.Get("/api/v1/events",
               [this](const httplib::Request& request, httplib::Response& response) {
                 events(request, response);
               });
  }

  Metrics::Now now() {
    Metrics::Now now{.is_full = store.is_full(), .refused = refused()};
    now.agents_connected = static_cast<double>(registry.connected());
    const auto stop = store.stop();
    now.is_stopped = stop && stop->has_value();
    for (const v1::GameDayStatus& status : game_days.running()) {
      now.game_days_running +=
          status.state() != v1::GAME_DAY_STATE_PLANNED && !is_final(status.state());
      for (const v1::InjectionStatus& injection : status.injections()) {
        const v1::InjectionStep step = injection.step();
        now.faults_unknown += step == v1::INJECTION_STEP_UNKNOWN;
        now.faults_out += is_out(step);
      }
    }
    return now;
  }

  void events(const httplib::Request& request, httplib::Response& response) {
    if (readers.fetch_add(1) >= kMostReaders) {
      --readers;
      response.status = 503;
      response.set_content("too many read events already\n", "text/plain");
      return;
    }
    auto last = std::make_shared<std::int64_t>(0);
    const std::string seen = request.get_header_value("Last-Event-ID");
    std::from_chars(seen.data(), seen.data() + seen.size(), *last);
    auto news = std::make_shared<std::uint64_t>(game_days.news());
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, last, news](std::size_t /*offset*/, httplib::DataSink& sink) {
          if (is_ending) return false;
          const auto notes = store.notes_above(*last, kNotesAtOnce);
          if (!notes) return false;
          std::string text = notes->empty() ? ": ping\n\n" : "";
          for (const StoredNote& one : *notes) {
            text +=
                fmt::format("id: {}\nevent: note\ndata: {{\"game_day\":\"{}\",\"note\":{}}}\n\n",
                            one.number, one.id, json_of(one.note));
            *last = one.number;
          }
          if (!sink.write(text.data(), text.size())) return false;
          if (notes->empty()) *news = game_days.wait_for_news(*news, kPing);
          return true;
        },
        [this](bool /*is_done*/) { --readers; });
  }

  Store& store;
  Registry& registry;
  GameDays& game_days;
  Metrics& metrics;
  std::function<double()> refused;
  httplib::Server server;
  std::thread thread;
  int port = 0;
  std::atomic<int> readers = 0;
  std::atomic<bool> is_ending = false;
};

Result<std::unique_ptr<Pages>> Pages::start(const std::string& address, Store& store,
                                            Registry& registry, GameDays& game_days,
                                            Metrics& metrics, std::function<double()> refused) {
  auto parts = std::make_unique<Parts>(store, registry, game_days, metrics, std::move(refused));
  parts->add_routes();
  const std::size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  int port = 0;
  std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  socket_t listener = -1;
  parts->server.set_socket_options([&listener](socket_t socket) {
    httplib::default_socket_options(socket);
    listener = socket;
  });
  parts->port = port == 0 ? parts->server.bind_to_any_port(host)
                          : (parts->server.bind_to_port(host, port) ? port : -1);
  if (parts->port <= 0) {
    return Error{.code = Code::unavailable,
                 .message = fmt::format("cannot listen on {}", address),
                 .hint = "is something else listening there? change 'http' in the configuration"};
  }
  // The library lets five wait, and who comes too many tries again in a second, then in two.
  (void)::listen(listener, kMostWaiting);
  parts->thread = std::thread([server = &parts->server] { server->listen_after_bind(); });
  return std::unique_ptr<Pages>(new Pages(std::move(parts)));
}

Pages::Pages(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Pages::~Pages() {
  parts_->is_ending = true;
  parts_->server.stop();
  parts_->thread.join();
}

int Pages::port() const { return parts_->port; }

}  // namespace chokepoint::controller
