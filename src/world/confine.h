// What a child process gives up before it becomes a program.
#pragma once

#include "world/child_order.h"

namespace landfall {

/// In the child: no new privileges, no core dumps (they would hold the config vars), death with
/// `parent`, which is the caller's parent process; and the order's bounds. Only system calls. 0, or
/// an error number. What the kernel does not have, of Landlock and seccomp, is left out.
int confine(ChildOrder& order, int parent);

/// Whether this kernel can keep a child from writing outside its folders: Landlock, from Linux 5.19
/// on. https://docs.kernel.org/userspace-api/landlock.html
bool kernel_bounds_writes();

}  // namespace landfall
