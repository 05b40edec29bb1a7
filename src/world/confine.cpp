#include "world/confine.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace landfall {

namespace {

// The kernel's interface, newer than this machine's headers may be.
struct RulesetAttributes {
  std::uint64_t handled_files;
  std::uint64_t handled_net;
  std::uint64_t scoped;
};
struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};
long const landlock_create_ruleset = 444;
long const landlock_add_rule = 445;
long const landlock_restrict_self = 446;
unsigned const only_version = 1;
int const rule_path_beneath = 1;
// Without the right to move files between folders, from version 2 on, programs fail.
long const version_with_moves = 2;
long const version_with_truncation = 3;
long const version_with_scopes = 6;
// write_file, and remove_dir to make_sym: all that changes files, and nothing that reads them.
std::uint64_t const writes = 0x2 | 0x1FF0;
std::uint64_t const moves = 0x2000;
std::uint64_t const truncation = 0x4000;
std::uint64_t const abstract_sockets_and_signals = 0x3;

long landlock_version() {
  return ::syscall(landlock_create_ruleset, nullptr, 0, only_version);
}

/// Reading stays free: where a language has its libraries is not for us to know.
int bound_writes(ChildOrder& order) {
  long const version = landlock_version();
  if (version < version_with_moves) return 0;
  std::uint64_t const handled =
      writes | moves | (version >= version_with_truncation ? truncation : 0);
  RulesetAttributes const attributes{
      handled, 0, version >= version_with_scopes ? abstract_sockets_and_signals : 0};
  std::size_t const size = version >= version_with_scopes ? sizeof attributes : 8;
  auto const ruleset = static_cast<int>(::syscall(landlock_create_ruleset, &attributes, size, 0));
  if (ruleset < 0) return errno;
  for (char** path = order.writable_list(); *path != nullptr; ++path) {
    int const folder = ::open(*path, O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (folder < 0) continue;
    PathBeneath const beneath{handled, folder};
    ::syscall(landlock_add_rule, ruleset, rule_path_beneath, &beneath, 0);
    ::close(folder);
  }
  long const restricted = ::syscall(landlock_restrict_self, ruleset, 0);
  int const number = errno;
  ::close(ruleset);
  return restricted == 0 ? 0 : number;
}

#if defined(__x86_64__)
std::uint32_t const architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
std::uint32_t const architecture = AUDIT_ARCH_AARCH64;
#else
std::uint32_t const architecture = 0;
#endif

/// What no app of Heroku's could do either.
constexpr std::array denied{SYS_mount,
                            SYS_umount2,
                            SYS_pivot_root,
                            SYS_swapon,
                            SYS_swapoff,
                            SYS_reboot,
                            SYS_kexec_load,
                            SYS_init_module,
                            SYS_finit_module,
                            SYS_delete_module,
                            SYS_bpf,
                            SYS_acct,
                            SYS_settimeofday,
                            SYS_clock_settime,
                            SYS_setns,
                            SYS_unshare,
                            SYS_add_key,
                            SYS_request_key,
                            SYS_keyctl,
                            SYS_perf_event_open,
                            SYS_userfaultfd,
                            SYS_sethostname,
                            SYS_setdomainname,
                            SYS_open_by_handle_at,
                            SYS_process_vm_writev};

constexpr auto make_filter() {
  // Other architectures' calls, as 32 bit programs make them, have other numbers: they pass.
  std::array<sock_filter, 2 * denied.size() + 4> filter{};
  std::size_t at = 0;
  filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
  filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0,
                          static_cast<std::uint8_t>(2 * denied.size() + 1));
  filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (long const number : denied) {
    filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1);
    filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  }
  filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return filter;
}

void deny_calls() {
  static constinit auto filter = make_filter();
  sock_fprog const program{static_cast<unsigned short>(filter.size()), filter.data()};
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/// Never more than the user has already; the soft limit becomes the hard one.
int limit(int resource, std::uint64_t wanted) {
  rlimit now{};
  if (wanted == 0 || ::getrlimit(static_cast<__rlimit_resource>(resource), &now) != 0) return 0;
  rlim_t const bound = std::min<rlim_t>(wanted, now.rlim_max);
  rlimit const next{bound, bound};
  return ::setrlimit(static_cast<__rlimit_resource>(resource), &next) == 0 ? 0 : errno;
}

}  // namespace

int confine(ChildOrder& order, int parent) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return errno;
  // The parent may have died before it could be told to.
  if (::getppid() != parent) return ESRCH;
  rlimit const none{};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return errno;
  if (order.bounded == 0) return 0;
  // Memory that may be written, not addresses: what node and Java reserve is many times that.
  if (int const number = limit(RLIMIT_DATA, order.memory); number != 0) return number;
  if (int const number = limit(RLIMIT_NOFILE, order.files); number != 0) return number;
  if (int const number = limit(RLIMIT_NPROC, order.processes); number != 0) return number;
  if (int const number = bound_writes(order); number != 0) return number;
  deny_calls();
  return 0;
}

bool kernel_bounds_writes() {
  return landlock_version() >= version_with_moves;
}

}  // namespace landfall
