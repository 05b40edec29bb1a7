#include <fmt/core.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <random>

#include "base/text.h"
#include "world/curl_transfers.h"
#include "world/http_server.h"
#include "world/real_parts.h"
#include "world/sim_files.h"

namespace landfall {

namespace {

Duration const shift_max = std::chrono::years(200);

sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (int const number : numbers) ::sigaddset(&signals, number);
  return signals;
}

sigset_t interrupts() {
  return set_of({SIGINT, SIGTERM});
}

Descriptor read_instead(sigset_t const& signals) {
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Descriptor descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  require(static_cast<bool>(descriptor), "no descriptor for signals");
  return descriptor;
}

Result<Duration> clock_shift(Environment const& environment) {
  auto const found = environment.find("LANDFALL_CLOCK_SHIFT");
  if (found == environment.end() || found->second.empty()) return Duration{};
  auto const seconds = parse_integer(found->second);
  std::int64_t const most = std::chrono::duration_cast<std::chrono::seconds>(shift_max).count();
  if (!seconds || *seconds > most || *seconds < -most) {
    return fail(ErrorKind::config,
                "LANDFALL_CLOCK_SHIFT: expected seconds as a whole number, found '" +
                    printable(found->second) + "'");
  }
  return std::chrono::seconds(*seconds);
}

// Thousands of connections need more descriptors than the usual soft limit allows.
void allow_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 16'384));
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::uint64_t entropy() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

class Machine : public RealWorld {
 public:
  Machine(Environment environment, std::unique_ptr<RealLoop> loop)
      : environment_(std::move(environment)),
        loop_(std::move(loop)),
        files_(real_files()),
        streams_(real_streams(*loop_)),
        server_(*loop_, *streams_),
        processes_(real_processes(*loop_)),
        workers_(real_workers(*loop_)),
        requests_(*loop_),
        mails_(*loop_),
        http_(curl_http(requests_, environment_)),
        mailer_(curl_mailer(mails_, environment_)),
        random_(entropy()),
        program_(files_->destination("/proc/self/exe").value_or("")) {}

  ~Machine() override {
    forget_interrupts();
    if (hangups_) loop_->unwatch(hangup_watch_);
  }

  World world() override {
    return {*loop_,    *http_,  *mailer_, server_,      *streams_, *processes_,
            *workers_, *files_, random_,  environment_, program_};
  }

  void on_interrupt(Work work) override;
  void on_hangup(std::move_only_function<void()> work) override;
  void tell_manager(std::string_view state) override;

  void set_clock(Instant now) override {
    loop_->shift(Duration{});
    loop_->shift(now - loop_->now());
  }

 private:
  void interrupted();
  void forget_interrupts();

  Environment environment_;
  // Before all that watches descriptors or posts work to it, so that it dies after them.
  std::unique_ptr<RealLoop> loop_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<Streams> streams_;
  HttpServer server_;
  std::unique_ptr<Processes> processes_;
  std::unique_ptr<Workers> workers_;
  CurlTransfers requests_;
  // Apart: libcurl's thread waits for the farewell of a mail server.
  CurlTransfers mails_;
  std::unique_ptr<Http> http_;
  std::unique_ptr<Mailer> mailer_;
  Random random_;
  std::string const program_;
  Descriptor signals_;
  WatchId watch_ = 0;
  Work work_;
  Descriptor hangups_;
  WatchId hangup_watch_ = 0;
  std::move_only_function<void()> hangup_work_;
};

void Machine::on_interrupt(Work work) {
  work_ = std::move(work);
  if (signals_) return;
  signals_ = read_instead(interrupts());
  watch_ = loop_->watch(signals_.get(), EPOLLIN, [this](std::uint32_t) { interrupted(); });
}

void Machine::interrupted() {
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) != sizeof info) return;
  // From here on a signal does what it does by itself: it kills.
  forget_interrupts();
  if (work_) std::exchange(work_, {})();
}

void Machine::forget_interrupts() {
  if (!signals_) return;
  loop_->unwatch(watch_);
  signals_.reset();
  sigset_t const signals = interrupts();
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Machine::on_hangup(std::move_only_function<void()> work) {
  hangup_work_ = std::move(work);
  if (hangups_) return;
  hangups_ = read_instead(set_of({SIGHUP}));
  hangup_watch_ = loop_->watch(hangups_.get(), EPOLLIN, [this](std::uint32_t) {
    signalfd_siginfo info{};
    if (::read(hangups_.get(), &info, sizeof info) == sizeof info && hangup_work_) hangup_work_();
  });
}

void Machine::tell_manager(std::string_view state) {
  std::string const path = world().variable("NOTIFY_SOCKET").value_or("");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  std::copy(path.begin(), path.end(), address.sun_path);
  // A name in the abstract namespace begins with a zero byte, which is written as '@'.
  if (path[0] == '@') address.sun_path[0] = '\0';
  Descriptor const socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  // What the kernel takes as an address of any kind.
  auto const* any = reinterpret_cast<sockaddr const*>(&address);  // NOLINT
  std::string text(state);
  if (state == "RELOADING=1") {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    text += fmt::format("\nMONOTONIC_USEC={}", time.tv_sec * 1'000'000 + time.tv_nsec / 1000);
  }
  (void)::sendto(socket.get(), text.data(), text.size(), MSG_NOSIGNAL, any, size);
}

}  // namespace

Environment RealWorld::environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view const text(*entry);
    auto const equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Result<std::unique_ptr<RealWorld>> RealWorld::start(Environment environment) {
  Duration const shift = TRY(clock_shift(environment));
  // A client that closes its connection must not end the server.
  std::signal(SIGPIPE, SIG_IGN);
  allow_descriptors();
  std::unique_ptr<RealLoop> loop = TRY(RealLoop::open());
  loop->shift(shift);
  return std::make_unique<Machine>(std::move(environment), std::move(loop));
}

}  // namespace landfall
