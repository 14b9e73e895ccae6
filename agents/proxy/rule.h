#pragma once
// What a proxy does to the connections of one service, and what it is told and says over its
// control socket: one JSON object a line each way.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace chokepoint::proxy {

enum class Kind { delay, bandwidth, reset, http_delay, http_abort, rpc_answer, dns_answer };
NLOHMANN_JSON_SERIALIZE_ENUM(Kind, {{Kind::delay, "delay"},
                                    {Kind::bandwidth, "bandwidth"},
                                    {Kind::reset, "reset"},
                                    {Kind::http_delay, "http_delay"},
                                    {Kind::http_abort, "http_abort"},
                                    {Kind::rpc_answer, "rpc_answer"},
                                    {Kind::dns_answer, "dns_answer"}})

// Only the fields of its kind mean something.
struct Rule {
  std::string id;  // of the fault
  Kind kind = Kind::delay;
  bool up = false;    // client to service
  bool down = false;  // service to client
  double delay_s = 0;
  double jitter_s = 0;     // each delay is drawn evenly from this much less to this much more
  double bytes_per_s = 0;  // of all connections together, each way
  double share = 1;        // of connections; of requests for HTTP and JSON-RPC, of queries for DNS
  std::string method;      // of HTTP or JSON-RPC; empty: any
  std::string path;        // what the path of a request begins with
  unsigned status = 503;   // of an aborted request
  std::string result;      // JSON text: what the call is said to have given
  std::vector<std::string> readers;  // client addresses that are lied to; empty: all
  std::vector<std::string> names;    // and all names below them; empty: all
  std::string answer;                // fail, none, empty, wrong or slow
  std::string address;               // of a wrong answer
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Rule, id, kind, up, down, delay_s, jitter_s,
                                                bytes_per_s, share, method, path, status, result,
                                                readers, names, answer, address)

// begin: a rule, for `lease_s` seconds unless renewed. renew: so much longer. end: it. witness: for
// a few seconds connections (queries) from this port of the loopback interface go to that one
// instead, and are touched whatever the share. quit: end, and leave once open connections have had
// time to finish.
struct Command {
  std::string verb;  // begin, renew, end, witness, quit or status
  std::string id;    // with renew and end
  Rule rule;
  double lease_s = 0;
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Command, verb, id, rule, lease_s, from_port,
                                                to_port)

struct Answer {
  std::string refused;        // why; empty when it was done
  std::string id;             // of the rule in force; empty for none
  std::uint16_t listen = 0;   // port
  std::uint64_t touched = 0;  // chunks, connections, requests or queries since the rule began
  std::uint64_t open = 0;     // connections
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Answer, refused, id, listen, touched, open)

}  // namespace chokepoint::proxy
