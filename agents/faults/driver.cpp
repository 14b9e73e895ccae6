#include "agents/faults/driver.h"

#include "scenarios/base/assert.h"

namespace chokepoint::agents {

std::string_view text_of(Seen seen) {
  switch (seen) {
    case Seen::baseline:
      return "not there";
    case Seen::injected:
      return "injected";
    case Seen::unknown:
      return "unknown";
  }
  return "unknown";
}

std::unique_ptr<Driver> make_driver(const v1::AgentConfig& config,
                                    const v1::PrimitiveFault& fault) {
  switch (fault.kind_case()) {
    case v1::PrimitiveFault::kProcessPause:
      return make_process_pause(config, fault.process_pause());
    case v1::PrimitiveFault::kProcessStop:
      return make_process_stop(config, fault.process_stop());
    case v1::PrimitiveFault::kProcessClock:
      return make_process_clock(config, fault.process_clock());
    case v1::PrimitiveFault::kConfigBloat:
      return make_config_bloat(config, fault.config_bloat());
    case v1::PrimitiveFault::kPacketLoss:
      return make_packet_loss(config, fault.packet_loss());
    case v1::PrimitiveFault::kPacketDelay:
      return make_packet_delay(config, fault.packet_delay());
    case v1::PrimitiveFault::kPacketReject:
      return make_packet_reject(config, fault.packet_reject());
    case v1::PrimitiveFault::kPacketBandwidth:
      return make_packet_bandwidth(config, fault.packet_bandwidth());
    case v1::PrimitiveFault::kFileDenied:
      return make_file_denied(config, fault.file_denied());
    case v1::PrimitiveFault::kStreamDelay:
    case v1::PrimitiveFault::kStreamBandwidth:
    case v1::PrimitiveFault::kConnectionReset:
    case v1::PrimitiveFault::kHttpDelay:
    case v1::PrimitiveFault::kHttpAbort:
    case v1::PrimitiveFault::kRpcAnswer:
    case v1::PrimitiveFault::kDnsAnswer:
      return make_service_fault(config, fault);
    case v1::PrimitiveFault::kCpuLoad:
    case v1::PrimitiveFault::kMemoryLoad:
    case v1::PrimitiveFault::kDiskFill:
      return make_load(config, fault);
    case v1::PrimitiveFault::kCgroupFreeze:
    case v1::PrimitiveFault::kCpuLimit:
    case v1::PrimitiveFault::kMemoryLimit:
      return make_cgroup_fault(config, fault);
    case v1::PrimitiveFault::KIND_NOT_SET:
      break;
  }
  CHOKEPOINT_ASSERT(false, "only faults with a kind are read");
}

Status revert(const v1::Undo& undo) {
  switch (undo.kind_case()) {
    case v1::Undo::kContinueProcess:
      return revert_pause(undo.continue_process());
    case v1::Undo::kStartProcess:
      return revert_stop(undo.start_process());
    case v1::Undo::kRestoreClock:
      return revert_clock(undo.restore_clock());
    case v1::Undo::kRestoreFile:
      return revert_bloat(undo.restore_file());
    case v1::Undo::kDeleteTable:
      return revert_table(undo.delete_table());
    case v1::Undo::kEndDelay:
      return revert_delay(undo.end_delay());
    case v1::Undo::kRestoreMode:
      return revert_mode(undo.restore_mode());
    case v1::Undo::kEndShaping:
      return revert_shaping(undo.end_shaping());
    case v1::Undo::kEndRule:
      return revert_rule(undo.end_rule());
    case v1::Undo::kEndLoad:
      return revert_load(undo.end_load());
    case v1::Undo::kRestoreValue:
      return revert_value(undo.restore_value());
    case v1::Undo::KIND_NOT_SET:
      break;
  }
  return Error{.code = Code::not_reverted,
               .message = "the journal holds an undo that this version does not know",
               .hint = "revert with the version that injected the fault"};
}

Seen look(const v1::Undo& undo) {
  switch (undo.kind_case()) {
    case v1::Undo::kContinueProcess:
      return look_at_pause(undo.continue_process());
    case v1::Undo::kStartProcess:
      return look_at_stop(undo.start_process());
    case v1::Undo::kRestoreClock:
      return look_at_clock(undo.restore_clock());
    case v1::Undo::kRestoreFile:
      return look_at_bloat(undo.restore_file());
    case v1::Undo::kDeleteTable:
      return look_at_table(undo.delete_table());
    case v1::Undo::kEndDelay:
      return look_at_delay(undo.end_delay());
    case v1::Undo::kRestoreMode:
      return look_at_mode(undo.restore_mode());
    case v1::Undo::kEndShaping:
      return look_at_shaping(undo.end_shaping());
    case v1::Undo::kEndRule:
      return look_at_rule(undo.end_rule());
    case v1::Undo::kEndLoad:
      return look_at_load(undo.end_load());
    case v1::Undo::kRestoreValue:
      return look_at_value(undo.restore_value());
    case v1::Undo::KIND_NOT_SET:
      break;
  }
  return Seen::unknown;
}

}  // namespace chokepoint::agents
