#include "base/postgres_marks.h"

#include <algorithm>

namespace landfall::sql {
namespace {

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool in_name(char c) {
  return starts_name(c) || (c >= '0' && c <= '9');
}

class Marks {
 public:
  explicit Marks(std::string_view sql) : sql_(sql) {}

  NumberedSql all() {
    while (at_ < sql_.size()) step();
    return std::move(out_);
  }

 private:
  bool is(std::string_view word) const { return sql_.substr(at_).starts_with(word); }
  void copy_to(std::size_t end) {
    std::size_t const bounded = std::min(end, sql_.size());
    out_.text += sql_.substr(at_, bounded - at_);
    at_ = bounded;
  }
  /// To behind `mark`, looked for from `from` on; where there is none, to the end.
  void copy_behind(std::string_view mark, std::size_t from) {
    std::size_t const found = sql_.find(mark, from);
    copy_to(found == std::string_view::npos ? sql_.size() : found + mark.size());
  }
  void put(std::size_t index) { out_.text += '$' + std::to_string(index + 1); }

  void step() {
    char const c = sql_[at_];
    // A doubled quote ends one text and begins the next: the same to us.
    if (c == '\'' || c == '"') return copy_behind(sql_.substr(at_, 1), at_ + 1);
    if (is("--")) return copy_behind("\n", at_ + 2);
    if (is("/*")) return copy_behind("*/", at_ + 2);
    if (is("::")) return copy_to(at_ + 2);
    if (c == '?') {
      ++at_;
      out_.names.emplace_back();
      return put(out_.names.size() - 1);
    }
    if (c == ':' && at_ + 1 < sql_.size() && starts_name(sql_[at_ + 1])) return name();
    copy_to(at_ + 1);
  }

  void name() {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && in_name(sql_[end])) ++end;
    std::string word(sql_.substr(at_, end - at_));
    at_ = end;
    auto const found = std::find(out_.names.begin(), out_.names.end(), word);
    std::size_t const index = static_cast<std::size_t>(found - out_.names.begin());
    if (found == out_.names.end()) out_.names.push_back(std::move(word));
    put(index);
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  NumberedSql out_;
};

}  // namespace

NumberedSql numbered(std::string_view sql) {
  return Marks(sql).all();
}

}  // namespace landfall::sql
