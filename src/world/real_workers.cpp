#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

#include "world/real_parts.h"

namespace landfall {

namespace {

struct Task {
  Work work;
  Work done;
};

class Thread : public Workers {
 public:
  explicit Thread(Loop& loop) : loop_(loop) {}
  ~Thread() override;
  void run(Work work, Work done) override;

 private:
  void serve(std::stop_token const& stop);

  Loop& loop_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> tasks_;
  // Last, so that it has ended before anything else of this is gone.
  std::jthread thread_;
};

Thread::~Thread() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Thread::run(Work work, Work done) {
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { serve(stop); });
  {
    std::lock_guard const lock(mutex_);
    tasks_.push_back({std::move(work), std::move(done)});
  }
  wake_.notify_one();
}

void Thread::serve(std::stop_token const& stop) {
  // Signals are for the loop's thread.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !tasks_.empty(); })) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    if (stop.stop_requested()) return;
    task.work();
    // What the work holds is let go where it came from.
    loop_.post([task = std::move(task)]() mutable { task.done(); });
  }
}

}  // namespace

std::unique_ptr<Workers> real_workers(Loop& loop) {
  return std::make_unique<Thread>(loop);
}

}  // namespace landfall
