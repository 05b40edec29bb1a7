#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "base/text.h"
#include "world/curl_transfers.h"
#include "world/http_server.h"
#include "world/real_parts.h"
#include "world/sim_files.h"

namespace landfall {

namespace {

Duration const shift_max = std::chrono::years(200);

sigset_t interrupts() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
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

  ~Machine() override { forget_interrupts(); }

  World world() override {
    return {*loop_,    *http_,  *mailer_, server_,      *streams_, *processes_,
            *workers_, *files_, random_,  environment_, program_};
  }

  void on_interrupt(Work work) override;

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
};

void Machine::on_interrupt(Work work) {
  work_ = std::move(work);
  if (signals_) return;
  sigset_t const signals = interrupts();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signals_ = Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  require(static_cast<bool>(signals_), "no descriptor for signals");
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
