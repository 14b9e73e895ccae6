#pragma once
// Health checks on the answers of a name. See Failover in dns.proto.

#include <cstdint>
#include <map>
#include <string>

#include "chokepoint/v1/dns.pb.h"
#include "sim/random/stream.h"

namespace chokepoint::sim {

class World;

class DnsFailover {
 public:
  // `spec` must have a failover and outlive this.
  DnsFailover(World& world, const std::string& name, const v1::Dns& spec);

  // Starts asking the answers that may be in trouble; those that are not would all respond.
  void look();
  bool is_out(const std::string& answer) const { return states_.at(answer).is_out; }

 private:
  struct State {
    double phase = 0;  // of its questions
    std::uint32_t misses = 0;
    std::uint32_t hits = 0;
    bool is_out = false;
    bool is_asked = false;
  };
  void ask_later(const std::string& answer);
  void ask(const std::string& answer);
  bool may_go(const std::string& answer) const;

  World& world_;
  const v1::Dns& dns_;
  Stream draws_;
  std::map<std::string, State> states_;
};

}  // namespace chokepoint::sim
