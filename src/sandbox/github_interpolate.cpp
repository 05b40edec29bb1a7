// The few expressions that names of environments and groups are made of.
#include "base/text.h"
#include "sandbox/github_workflow_file.h"

namespace landfall::sandbox {
namespace {

int const terms_max = 50;

bool is_true(std::string_view value) {
  return !value.empty() && value != "false" && value != "0";
}

class Evaluator {
 public:
  Evaluator(std::string_view text, Contexts const& contexts) : rest_(text), contexts_(contexts) {}

  std::string either() {
    std::string value = both();
    while (takes("||")) {
      std::string other = both();
      if (!is_true(value)) value = std::move(other);
    }
    return value;
  }

 private:
  std::string both() {
    std::string value = comparison();
    while (takes("&&")) {
      std::string other = comparison();
      if (is_true(value)) value = std::move(other);
    }
    return value;
  }

  std::string comparison() {
    std::string const left = primary();
    bool const equal = takes("==");
    if (!equal && !takes("!=")) return left;
    bool const same = lower(left) == lower(primary());
    return same == equal ? "true" : "false";
  }

  std::string primary() {
    if (++terms_ > terms_max) return "";
    if (takes("!")) return is_true(primary()) ? "false" : "true";
    if (takes("(")) {
      std::string value = either();
      takes(")");
      return value;
    }
    return rest_.starts_with('\'') ? quoted() : name();
  }

  std::string quoted() {
    std::string text;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      char const c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\'' && !rest_.starts_with('\'')) break;
      if (c == '\'') rest_.remove_prefix(1);
      text.push_back(c);
    }
    return text;
  }

  std::string name() {
    std::size_t const end = rest_.find_first_of(" ()=!&|'\t\n");
    std::string_view const word = rest_.substr(0, end);
    if (word.empty()) rest_ = {};
    rest_.remove_prefix(std::min(word.size(), rest_.size()));
    if (word == "null") return "";
    auto const known = contexts_.find(word);
    if (known != contexts_.end()) return known->second;
    bool const literal = word == "true" || word == "false" || parse_integer(word);
    return literal ? std::string(word) : "";
  }

  bool takes(std::string_view sign) {
    rest_ = trim(rest_);
    if (!rest_.starts_with(sign) || (sign == "!" && rest_.starts_with("!="))) return false;
    rest_.remove_prefix(sign.size());
    rest_ = trim(rest_);
    return true;
  }

  std::string_view rest_;
  Contexts const& contexts_;
  int terms_ = 0;
};

}  // namespace

std::string interpolated(std::string_view text, Contexts const& contexts) {
  std::string result;
  while (!text.empty()) {
    std::size_t const begin = text.find("${{");
    std::size_t const end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    result += text.substr(0, end == std::string_view::npos ? text.size() : begin);
    if (end == std::string_view::npos) return result;
    result += Evaluator(trim(text.substr(begin + 3, end - begin - 3)), contexts).either();
    text.remove_prefix(end + 2);
  }
  return result;
}

}  // namespace landfall::sandbox
