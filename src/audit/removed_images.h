// Runner images that GitHub has taken away.
#pragma once

#include <span>
#include <string_view>

namespace landfall {

/// A label of `runs-on` that no hosted runner answers to any more.
struct RemovedImage {
  std::string_view label;
  std::string_view since;  ///< the day, or the year where the day was moved several times
  std::string_view use;    ///< the nearest one that is there; empty: choose
};

/// All of them; the announcements are issues of https://github.com/actions/runner-images
std::span<RemovedImage const> removed_images();

}  // namespace landfall
