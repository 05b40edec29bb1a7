// Reading a mapping of landfall.yaml key by key. Mistakes are gathered, not returned: the reader
// goes on, and the first by place in the file is what the person is told.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/yaml.h"
#include "intent/rules.h"

namespace landfall {

class Problems {
 public:
  void add(yaml::Mark mark, std::string text);
  /// What a mapping lacks is known at its end only: a misspelt key in it is the better report.
  void add_missing(yaml::Node const& mapping, yaml::Mark mark, std::string text);
  /// The first by place; of two in one place the one that was added first.
  std::optional<Error> first(std::string_view file) const;

 private:
  struct Problem {
    yaml::Mark mark;
    std::string text;
    std::size_t order;  ///< the byte at which a reader could know
  };
  void add(Problem problem);

  std::optional<Problem> first_;
};

/// A text from the file in quotes, cut where it is long.
std::string quoted(std::string_view text);

/// A mapping and the words that say where it stands: "environment 'production'". Each reader
/// yields nothing when the key is absent or its value is wrong, which is then a problem.
class Section {
 public:
  /// Notes a node that is no mapping, and every key that is not among the known ones.
  Section(yaml::Node const& node, std::string where, Problems& problems,
          std::vector<std::string> const& known);

  std::optional<std::string> text(std::string_view key, TextRule rule = any_text_rule) const;
  std::optional<int> number(std::string_view key, int least, int most) const;
  std::optional<bool> flag(std::string_view key) const;
  std::optional<Duration> duration(std::string_view key, Duration most) const;
  std::optional<Instant> instant(std::string_view key) const;
  /// A sequence of texts, none of them twice; logins are the same in either case.
  std::optional<std::vector<std::string>> texts(std::string_view key, TextRule rule) const;
  std::optional<Section> section(std::string_view key, std::vector<std::string> const& known) const;

  yaml::Node const* find(std::string_view key) const { return node_->find(key); }
  yaml::Node const& node() const { return *node_; }
  std::string const& where() const { return where_; }
  /// "KEY in WHERE: WHAT" at the value.
  void problem(yaml::Node const& value, std::string_view key, std::string_view what) const;

 private:
  yaml::Node const* scalar(std::string_view key) const;
  void check_keys(std::vector<std::string> const& known) const;

  yaml::Node const* node_;
  std::string where_;
  Problems* problems_;
};

}  // namespace landfall
