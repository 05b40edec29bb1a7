#include "world/process_tree.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

namespace landfall {

namespace {

std::size_t const processes_max = 4096;

/// A path put together without the heap.
class Path {
 public:
  Path& add(std::string_view text) {
    for (char const c : text)
      if (size_ + 1 < text_.size()) text_[size_++] = c;
    return *this;
  }
  Path& add(pid_t number) {
    std::array<char, 12> digits{};
    std::size_t at = digits.size();
    do digits[--at] = static_cast<char>('0' + number % 10);
    while ((number /= 10) > 0);
    return add(std::string_view(digits.data() + at, digits.size() - at));
  }
  char const* text() const { return text_.data(); }

 private:
  std::array<char, 96> text_{};
  std::size_t size_ = 0;
};

/// Takes numbers that blanks and other characters end, however they are cut into pieces.
class Numbers {
 public:
  explicit Numbers(std::span<pid_t> to) : to_(to) {}
  void take(std::string_view text) {
    for (char const c : text) {
      bool const digit = c >= '0' && c <= '9';
      if (digit) number_ = number_ * 10 + (c - '0');
      if (!digit) end();
    }
  }
  void end() {
    if (number_ != 0 && count_ < to_.size()) to_[count_++] = number_;
    number_ = 0;
  }
  std::size_t count() const { return count_; }

 private:
  std::span<pid_t> to_;
  std::size_t count_ = 0;
  pid_t number_ = 0;
};

std::size_t children_of_thread(Path path, std::span<pid_t> children) {
  int const file = ::open(path.text(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  Numbers numbers(children);
  std::array<char, 4096> text{};
  ssize_t count = 0;
  while ((count = ::read(file, text.data(), text.size())) > 0 || (count < 0 && errno == EINTR))
    if (count > 0) numbers.take({text.data(), static_cast<std::size_t>(count)});
  numbers.end();
  ::close(file);
  return numbers.count();
}

struct Entry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[1];
};

/// The threads of a process: each has children of its own.
std::size_t threads_of(pid_t process, std::span<pid_t> threads) {
  int const folder = ::open(Path().add("/proc/").add(process).add("/task").text(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;
  Numbers numbers(threads);
  alignas(Entry) std::array<char, 4096> entries{};
  long bytes = 0;
  while ((bytes = ::syscall(SYS_getdents64, folder, entries.data(), entries.size())) > 0) {
    for (long at = 0; at < bytes;) {
      auto const* const entry = reinterpret_cast<Entry const*>(entries.data() + at);
      numbers.take(entry->name);
      numbers.end();
      at += entry->size;
    }
  }
  ::close(folder);
  return numbers.count();
}

}  // namespace

std::size_t children_of(pid_t process, std::span<pid_t> children) {
  std::array<pid_t, 1024> threads{};
  std::size_t const thread_count = threads_of(process, threads);
  std::size_t count = 0;
  for (std::size_t i = 0; i < thread_count; ++i) {
    Path path;
    path.add("/proc/").add(process).add("/task/").add(threads[i]).add("/children");
    count += children_of_thread(path, children.subspan(count));
  }
  return count;
}

void signal_descendants(int number) {
  std::array<pid_t, processes_max> found{};
  std::size_t count = children_of(::getpid(), found);
  for (std::size_t i = 0; i < count; ++i)
    count += children_of(found[i], std::span(found).subspan(count));
  for (std::size_t i = 0; i < count; ++i) ::kill(found[i], number);
}

}  // namespace landfall
