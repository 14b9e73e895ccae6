#pragma once
// How one kind of primitive fault is made and taken back. One file for each kind; a kind that is
// missing here fails to compile.
//
// Thread rule: everything of one fault happens in one thread. Reverting and looking need the undo
// only, and may happen in another process: the guardian's, the next start of the agent, a person's.

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "chokepoint/v1/agent.pb.h"
#include "chokepoint/v1/journal.pb.h"
#include "chokepoint/v1/primitive_fault.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// What a witness sees, who looks at the system and not at what was said before.
enum class Seen { baseline, injected, unknown };
std::string_view text_of(Seen seen);

// Everything that is known before the first change.
struct Prepared {
  v1::Undo undo;
  std::string object;             // what no second fault may touch meanwhile
  std::vector<std::string> plan;  // what will be done, line by line, for people
};

constexpr double kNever = std::numeric_limits<double>::infinity();

class Driver {
 public:
  virtual ~Driver() = default;
  // Checks the fault against what may be touched, and looks at the system; changes nothing. Errors:
  // denied for a target that is not allowed, not_found, conflict (it is not in the state that the
  // fault begins from).
  virtual Result<Prepared> prepare(const std::string& id) = 0;
  // Changes the system; ends by itself `lease` seconds later where the kernel can see to that. On
  // error the change may be there in part: revert.
  virtual Status inject(const v1::Undo& undo, double lease) = 0;
  // Keeps it from ending for `lease` seconds more.
  virtual Status renew(const v1::Undo& /*undo*/, double /*lease*/) { return Ok{}; }
  // For a fault that goes on in steps: takes the one that is due. Gives the seconds until the next
  // call; kNever when there are no more.
  virtual Result<double> advance(const v1::Undo& /*undo*/) { return kNever; }
};

// `config` and `fault` must outlive the driver.
std::unique_ptr<Driver> make_driver(const v1::AgentConfig& config, const v1::PrimitiveFault& fault);

// Takes back what there is; no error when nothing is. Errors: whatever keeps it from doing so.
Status revert(const v1::Undo& undo);
Seen look(const v1::Undo& undo);

// The kinds, and for each way of taking back what it is and what a witness sees of it.
std::unique_ptr<Driver> make_process_pause(const v1::AgentConfig& config,
                                           const v1::ProcessPause& fault);
std::unique_ptr<Driver> make_process_stop(const v1::AgentConfig& config,
                                          const v1::ProcessStop& fault);
std::unique_ptr<Driver> make_process_clock(const v1::AgentConfig& config,
                                           const v1::ProcessClock& fault);
std::unique_ptr<Driver> make_config_bloat(const v1::AgentConfig& config,
                                          const v1::ConfigBloat& fault);
std::unique_ptr<Driver> make_file_denied(const v1::AgentConfig& config,
                                         const v1::FileDenied& fault);
std::unique_ptr<Driver> make_packet_loss(const v1::AgentConfig& config,
                                         const v1::PacketLoss& fault);
std::unique_ptr<Driver> make_packet_reject(const v1::AgentConfig& config,
                                           const v1::PacketReject& fault);
std::unique_ptr<Driver> make_packet_delay(const v1::AgentConfig& config,
                                          const v1::PacketDelay& fault);
std::unique_ptr<Driver> make_netem_delay(const v1::AgentConfig& config,
                                         const v1::PacketDelay& fault);
std::unique_ptr<Driver> make_packet_bandwidth(const v1::AgentConfig& config,
                                              const v1::PacketBandwidth& fault);
// stream_*, connection_reset, http_*, rpc_answer, dns_answer.
std::unique_ptr<Driver> make_service_fault(const v1::AgentConfig& config,
                                           const v1::PrimitiveFault& fault);
// cpu_load, memory_load, disk_fill.
std::unique_ptr<Driver> make_load(const v1::AgentConfig& config, const v1::PrimitiveFault& fault);
// cgroup_freeze, cpu_limit, memory_limit.
std::unique_ptr<Driver> make_cgroup_fault(const v1::AgentConfig& config,
                                          const v1::PrimitiveFault& fault);
Status revert_pause(const v1::ContinueProcess& undo);
Seen look_at_pause(const v1::ContinueProcess& undo);
Status revert_stop(const v1::StartProcess& undo);
Seen look_at_stop(const v1::StartProcess& undo);
Status revert_clock(const v1::RestoreClock& undo);
Seen look_at_clock(const v1::RestoreClock& undo);
Status revert_bloat(const v1::RestoreFile& undo);
Seen look_at_bloat(const v1::RestoreFile& undo);
Status revert_mode(const v1::RestoreMode& undo);
Seen look_at_mode(const v1::RestoreMode& undo);
Status revert_table(const v1::DeleteTable& undo);
Seen look_at_table(const v1::DeleteTable& undo);
Status revert_delay(const v1::EndDelay& undo);
Seen look_at_delay(const v1::EndDelay& undo);
Status revert_shaping(const v1::EndShaping& undo);
Seen look_at_shaping(const v1::EndShaping& undo);
Status revert_rule(const v1::EndRule& undo);
Seen look_at_rule(const v1::EndRule& undo);
Status revert_load(const v1::EndLoad& undo);
Seen look_at_load(const v1::EndLoad& undo);
Status revert_value(const v1::RestoreValue& undo);
Seen look_at_value(const v1::RestoreValue& undo);

// The entry of the agent's configuration with this name, or why not.
template <class Map>
auto allowed(const Map& targets, const std::string& name, std::string_view kind)
    -> Result<typename Map::mapped_type> {
  const auto found = targets.find(name);
  if (found != targets.end()) return found->second;
  return Error{
      .code = Code::denied,
      .message = std::string("this agent may touch no ") + std::string(kind) + " '" + name + "'",
      .hint = "only what stands in its own configuration; nothing was touched"};
}

}  // namespace chokepoint::agents
