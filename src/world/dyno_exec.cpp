#include "world/dyno_exec.h"

#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/text.h"

namespace landfall {

int confine_child(int parent) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return errno;
  // The parent may have died before it could be told to.
  if (::getppid() != parent) return ESRCH;
  // A dump would hold the config vars.
  rlimit const none{};
  return ::setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : errno;
}

int dyno_exec(int argc, char** argv) {
  if (argc < 4 || std::string_view(argv[2]) != "--") {
    fmt::print(stderr, "usage: landfall dyno-exec -- PROGRAM ARGUMENTS...\n");
    return 2;
  }
  int const confined = confine_child(::getppid());
  if (confined == 0) ::execvp(argv[3], argv + 3);
  int const number = confined == 0 ? errno : confined;
  fmt::print(stderr, "{}: {}\n", printable(argv[3]), std::strerror(number));
  return number == ENOENT ? 127 : 126;
}

}  // namespace landfall
