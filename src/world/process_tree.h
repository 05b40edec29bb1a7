// The processes below this one. Only system calls, for processes that have just been forked.
#pragma once

#include <sys/types.h>

#include <span>

namespace landfall {

/// Signals all children of the caller, their children and so on. Processes that start others in the
/// meantime may have some left out: who wants all gone repeats it until there is no child.
void signal_descendants(int number);

/// The children of a process, as many as there is room for; their count. 0 if the kernel does not
/// say (/proc is not there).
std::size_t children_of(pid_t process, std::span<pid_t> children);

}  // namespace landfall
