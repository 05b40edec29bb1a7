// What a child process gives up before it becomes a program.
#pragma once

namespace landfall {

/// `landfall dyno-exec -- PROGRAM ARGUMENTS...`: becomes the program, without the right to new
/// privileges, without core dumps, and bound to die with the process that started it. Takes main's
/// own argc and argv; returns only if it fails, with 2 for wrong usage, 126 or 127 as shells do.
int dyno_exec(int argc, char** argv);

/// The same for a child that is already there: dies with `parent`, which is the caller's parent
/// process. Only system calls, so it may run between clone and exec. 0, or an error number.
int confine_child(int parent);

}  // namespace landfall
