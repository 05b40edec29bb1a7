// Work that takes long, done beside the loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "world/loop.h"

namespace landfall {

/// Packing, unpacking and the like: while one of the loop's callbacks runs, nobody is served.
class Workers {
 public:
  virtual ~Workers() = default;
  /// Runs `work` on another thread, one after the other, and then `done` on the loop thread. `work`
  /// may touch what it owns, and Files; both die on the loop thread. A piece of work that has not
  /// begun when this object dies is dropped with its `done`.
  virtual void run(Work work, Work done) = 0;

  /// The same for work that has a result.
  template <class T>
  void ask(std::move_only_function<T()> work, std::move_only_function<void(T)> done) {
    auto const result = std::make_shared<std::optional<T>>();
    run([result, work = std::move(work)]() mutable { result->emplace(work()); },
        [result, done = std::move(done)]() mutable { done(*std::move(*result)); });
  }
};

}  // namespace landfall
