#include "intent/rules.h"

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
}
bool is_control(char c) {
  return (c >= 0 && c < 0x20) || c == 0x7F;
}

bool all_of(std::string_view text, bool (*good)(char)) {
  return std::all_of(text.begin(), text.end(), good);
}

bool is_word(char c) {
  return is_alnum(c) || c == '-' || c == '_' || c == '.';
}

bool has_dots_part(std::string_view path) {
  std::vector<std::string> const parts = split(path, '/');
  return std::any_of(parts.begin(), parts.end(),
                     [](std::string const& part) { return part == ".." || part == "."; });
}

/// The host of an authority, which may end with a port.
bool is_host(std::string_view authority) {
  std::size_t const colon = authority.find(':');
  std::string_view const host = authority.substr(0, colon);
  if (host.empty() || host.front() == '.' || host.front() == '-') return false;
  if (!all_of(host, [](char c) { return is_alnum(c) || c == '-' || c == '.'; })) return false;
  if (colon == std::string_view::npos) return true;
  auto const port = parse_integer(authority.substr(colon + 1));
  return port && *port > 0 && *port < 65536;
}

}  // namespace

std::string any_text_rule(std::string_view text) {
  bool const good = !trim(text).empty() && std::none_of(text.begin(), text.end(), is_control);
  return good ? "" : "a text in one line";
}

std::string command_rule(std::string_view text) {
  bool const good = !trim(text).empty() && text.find('\0') == std::string_view::npos;
  return good ? "" : "a command for sh";
}

std::string label_rule(std::string_view text) {
  bool const good =
      !text.empty() && text.size() <= 64 && is_alnum(text.front()) && all_of(text, is_word);
  return good ? "" : "a name of letters, digits, '-', '_' and '.', 64 characters at most";
}

std::string app_rule(std::string_view text) {
  bool const good = text.size() >= 3 && text.size() <= 30 && is_lower(text.front()) &&
                    text.back() != '-' &&
                    all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  return good ? "" : "3 to 30 small letters, digits and '-', a letter first and no '-' last";
}

std::string process_rule(std::string_view text) {
  bool const good = !text.empty() && text.size() <= 64 &&
                    all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  return good ? "" : "a process type such as web or worker";
}

std::string repository_rule(std::string_view text) {
  std::vector<std::string> const parts = split(text, '/');
  bool const good = parts.size() == 2 && login_rule(parts[0]).empty() && !parts[1].empty() &&
                    parts[1].size() <= 100 && all_of(parts[1], is_word) && parts[1] != "." &&
                    parts[1] != "..";
  return good ? "" : "owner/name";
}

std::string login_rule(std::string_view text) {
  bool const good = !text.empty() && text.size() <= 39 && text.front() != '-' &&
                    all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  return good ? "" : "a GitHub login";
}

std::string branch_rule(std::string_view text) {
  auto const bad = [](char c) {
    return is_control(c) || std::string_view(" ~^:?*[\\").find(c) != std::string_view::npos;
  };
  bool const good = !text.empty() && text.size() <= 250 && text.front() != '-' &&
                    text.front() != '/' && text.back() != '/' && text.back() != '.' &&
                    text != "@" && std::none_of(text.begin(), text.end(), bad) &&
                    text.find("..") == std::string_view::npos &&
                    text.find("//") == std::string_view::npos &&
                    text.find("@{") == std::string_view::npos && !text.ends_with(".lock");
  return good ? "" : "the name of a branch";
}

std::string folder_rule(std::string_view text) {
  bool const good = text == "." || (!text.empty() && text.front() != '/' && !has_dots_part(text) &&
                                    text.find("//") == std::string_view::npos &&
                                    text.find('\\') == std::string_view::npos &&
                                    std::none_of(text.begin(), text.end(), is_control));
  return good ? "" : "a folder of the repository, without a leading '/' and without '..'";
}

std::string url_rule(std::string_view text) {
  std::string expected = "a URL such as https://api.example.com, without user and query";
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return expected;
  }
  bool const plain = all_of(rest, [](char c) { return c > 0x20 && c < 0x7F; }) &&
                     rest.find_first_of("@?#\\\"<>") == std::string_view::npos;
  return plain && is_host(rest.substr(0, rest.find('/'))) ? "" : expected;
}

std::string mail_server_rule(std::string_view text) {
  return is_host(text) ? "" : "a host such as smtp.example.com or smtp.example.com:587";
}

std::string mail_address_rule(std::string_view text) {
  std::size_t const at = text.rfind('@');
  bool const good = at != std::string_view::npos && at > 0 && text.size() <= 254 &&
                    is_host(text.substr(at + 1)) &&
                    text.substr(at).find(':') == std::string_view::npos &&
                    all_of(text.substr(0, at), [](char c) {
                      return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) !=
                                                std::string_view::npos;
                    });
  return good ? "" : "an address such as ops@example.com, one and without a name";
}

std::string url_path_rule(std::string_view text) {
  bool const good = text.starts_with('/') && !text.starts_with("//") &&
                    all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
  return good ? "" : "a path such as /health";
}

std::string json_path_rule(std::string_view text) {
  std::vector<std::string> const parts = split(text, '.');
  bool const good = std::none_of(parts.begin(), parts.end(), [](std::string const& part) {
    return part.empty() || std::any_of(part.begin(), part.end(), is_control);
  });
  return good ? "" : "a dotted path into the answer such as build.commit";
}

std::string workflow_rule(std::string_view text) {
  constexpr std::string_view folder = ".github/workflows/";
  std::string_view name = text;
  if (name.starts_with(folder)) name.remove_prefix(folder.size());
  bool const good = name.find('/') == std::string_view::npos && any_text_rule(name).empty() &&
                    name.size() > 4 && (name.ends_with(".yml") || name.ends_with(".yaml"));
  return good ? "" : "a file such as .github/workflows/deploy.yml";
}

bool names_a_secret(std::string_view key) {
  static constexpr std::string_view words[] = {
      "token",  "api_key",    "apikey",      "password",   "passwd",
      "secret", "credential", "private_key", "access_key", "privatekey"};
  std::string const name = replace_all(lower(key), "-", "_");
  // It names a variable of the environment: where secrets belong.
  if (name.ends_with("_variable")) return false;
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool contains_a_secret(std::string_view text) {
  static constexpr std::string_view beginnings[] = {
      "ghp_",     "gho_",     "ghu_",  "ghs_",  "ghr_", "github_pat_", "HRKU-",     "glpat-",
      "sk_live_", "rk_live_", "xoxb-", "xoxp-", "npm_", "AKIA",        "eyJhbGciOi"};
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  auto const in_token = [](char c) { return is_alnum(c) || c == '_' || c == '-'; };
  for (std::string_view const beginning : beginnings) {
    for (std::size_t at = text.find(beginning); at != std::string_view::npos;
         at = text.find(beginning, at + 1)) {
      std::string_view const rest = text.substr(at + beginning.size());
      auto const end = std::find_if_not(rest.begin(), rest.end(), in_token);
      bool const begins_word = at == 0 || !is_alnum(text[at - 1]);
      if (begins_word && end - rest.begin() >= 16) return true;
    }
  }
  return false;
}

}  // namespace landfall
