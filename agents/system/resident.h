#pragma once
// What this process holds in memory of the files that it is made of.

#include <cstddef>
#include <string_view>

namespace chokepoint::agents {

// Gives pages of code and constants back to the kernel, which has them in its cache of the file:
// most of them were needed once, to start. Those that are needed again come back one by one, at the
// first touch. Nothing that was written is given back. Returns how many bytes of mappings were told
// of; 0 where /proc cannot be read. Thread rule: any thread.
std::size_t give_back_start_up_pages();

// Of one entry of /proc/PID/smaps, as text: whether it is of a file, cannot be written, and holds
// no page that differs from the file (such as addresses that the loader filled in).
bool is_as_on_disk(std::string_view entry);

}  // namespace chokepoint::agents
