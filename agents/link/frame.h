#pragma once
// Messages over a pipe between an agent and the process that holds one of its faults: a length of
// four bytes, then the message.

#include <google/protobuf/message.h>

#include <optional>

namespace chokepoint::agents {

// False when the other side is gone.
bool write_frame(int pipe, const google::protobuf::Message& message);
// False at the end, or for what is no such message.
bool read_frame(int pipe, google::protobuf::Message& message);

}  // namespace chokepoint::agents
