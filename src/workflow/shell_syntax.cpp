#include "workflow/shell_syntax.h"

#include <algorithm>

#include "workflow/shell_scan.h"

namespace landfall {
namespace {

constexpr std::size_t nodes_max = 20'000;
constexpr int depth_max = 60;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

using Ends = std::initializer_list<std::string_view>;

class Parser {
 public:
  explicit Parser(std::string_view text) { tree_.text = text; }

  ShellTree run() {
    // What stands where nothing may stand (a stray `fi`, a bracket that nothing opens) is stepped
    // over: the commands after it still run on somebody's machine.
    ShellNode root;
    root.kind = ShellNodeKind::list;
    while (!is_over()) {
      ShellNodeId const part = list({});
      root.children.push_back(part);
      if (!is_over()) skip_token();
    }
    root.end = text().size();
    tree_.root = add(std::move(root));
    return std::move(tree_);
  }

 private:
  std::string_view text() const { return tree_.text; }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text().size() ? text()[at_ + ahead] : '\0';
  }
  bool is_over() const { return at_ >= text().size() || tree_.nodes.size() >= nodes_max; }
  void give_up() { at_ = text().size(); }

  ShellNodeId add(ShellNode node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<ShellNodeId>(tree_.nodes.size() - 1);
  }

  ShellNodeId finish(ShellNode& node) {
    node.end = at_;
    return add(std::move(node));
  }

  /// Blanks, lines that go on, comments.
  void skip_blanks() {
    while (at_ < text().size()) {
      char const c = peek();
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '\\' && peek(1) == '\n') {
        at_ += 2;
      } else if (c == '\\' && peek(1) == '\r' && peek(2) == '\n') {
        at_ += 3;
      } else if (c == '#') {
        at_ = std::min(text().find('\n', at_), text().size());
      } else {
        return;
      }
    }
  }

  void newline() {
    ++at_;
    for (std::size_t const index : pending_) read_document(tree_.documents[index]);
    pending_.clear();
  }

  void skip_separators() {
    for (skip_blanks(); !is_over(); skip_blanks()) {
      bool const one_semicolon = peek() == ';' && peek(1) != ';' && peek(1) != '&';
      if (peek() == '\n')
        newline();
      else if (one_semicolon)
        ++at_;
      else
        return;
    }
  }

  void read_document(ShellDocument& document) {
    std::size_t const begin = at_;
    while (at_ < text().size()) {
      std::size_t const end = std::min(text().find('\n', at_), text().size());
      std::string_view line = text().substr(at_, end - at_);
      // Also without `-`, a mark that was indented by somebody's YAML ends it.
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
      std::size_t const body_end = at_;
      at_ = std::min(end + 1, text().size());
      if (line == document.mark) {
        document.body = text().substr(begin, body_end - begin);
        return;
      }
    }
    document.body = text().substr(begin);
  }

  /// The word that begins here, without moving on.
  std::string_view ahead() const { return text().substr(at_, skip_shell_word(text(), at_) - at_); }

  bool at_word(std::string_view word) const {
    return text().substr(at_).starts_with(word) && ahead() == word;
  }

  bool at_any(Ends ends) const {
    for (std::string_view const end : ends) {
      bool const is_operator = end[0] == ')' || end[0] == ';';
      if (is_operator ? text().substr(at_).starts_with(end) : at_word(end)) return true;
    }
    return false;
  }

  void skip_token() {
    std::size_t const end = skip_shell_word(text(), at_);
    at_ = std::max(end, at_ + 1);
  }

  bool take(std::string_view word) {
    skip_separators();
    if (is_over() || !at_word(word)) return false;
    at_ += word.size();
    return true;
  }

  /// Commands up to one of the ends, or to what can begin no command.
  ShellNodeId list(Ends ends) {
    ShellNode node;
    node.kind = ShellNodeKind::list;
    if (++depth_ > depth_max) give_up();
    skip_separators();
    node.begin = at_;
    while (!is_over() && !at_any(ends) && !is_stray()) {
      std::size_t const before = at_;
      ShellNodeId id = and_or();
      skip_blanks();
      if (peek() == '&' && peek(1) != '&') {
        ++at_;
        ShellNode wrap;
        wrap.kind = ShellNodeKind::background;
        wrap.begin = before;
        wrap.children = {id};
        id = finish(wrap);
      }
      node.children.push_back(id);
      if (at_ == before) skip_token();
      skip_separators();
    }
    --depth_;
    return finish(node);
  }

  bool is_stray() const {
    char const c = peek();
    if (c == ')' || (c == ';' && (peek(1) == ';' || peek(1) == '&'))) return true;
    return is_one_of(ahead(), {"fi", "done", "esac", "}", "then", "do", "else", "elif"});
  }

  ShellNodeId and_or() {
    ShellNode node;
    node.kind = ShellNodeKind::and_or;
    node.begin = at_;
    node.children.push_back(pipeline());
    for (skip_blanks(); !is_over(); skip_blanks()) {
      bool const joins = (peek() == '&' && peek(1) == '&') || (peek() == '|' && peek(1) == '|');
      if (!joins) break;
      node.operators += peek();
      at_ += 2;
      skip_lines();
      node.children.push_back(pipeline());
    }
    return node.children.size() == 1 ? node.children[0] : finish(node);
  }

  void skip_lines() {
    for (skip_blanks(); !is_over() && peek() == '\n'; skip_blanks()) newline();
  }

  ShellNodeId pipeline() {
    skip_blanks();
    ShellNode node;
    node.begin = at_;
    if (at_word("!")) {
      ++at_;
      node.kind = ShellNodeKind::negation;
      if (++depth_ > depth_max) give_up();
      node.children.push_back(pipeline());
      --depth_;
      return finish(node);
    }
    node.kind = ShellNodeKind::pipe;
    node.children.push_back(command());
    for (skip_blanks(); !is_over() && peek() == '|' && peek(1) != '|'; skip_blanks()) {
      at_ += peek(1) == '&' ? 2 : 1;
      skip_lines();
      node.children.push_back(command());
    }
    return node.children.size() == 1 ? node.children[0] : finish(node);
  }

  ShellNodeId command() {
    skip_blanks();
    if (peek() == '(') return peek(1) == '(' ? arithmetic() : bracketed();
    std::string_view const word = ahead();
    if (word == "{") return group();
    if (word == "if") return branch();
    if (word == "while" || word == "until") return loop(word == "until");
    if (word == "for" || word == "select") return each();
    if (word == "case") return choice();
    if (word == "function") return function(true);
    bool const defines = !word.empty() && is_function(at_ + word.size());
    return defines ? function(false) : simple();
  }

  /// `()` after a word.
  bool is_function(std::size_t at) const {
    at = std::min(text().find_first_not_of(" \t", at), text().size());
    if (at >= text().size() || text()[at] != '(') return false;
    at = std::min(text().find_first_not_of(" \t", at + 1), text().size());
    return at < text().size() && text()[at] == ')';
  }

  ShellNode begun(ShellNodeKind kind, std::size_t width) {
    ShellNode node;
    node.kind = kind;
    node.begin = at_;
    at_ += width;
    return node;
  }

  ShellNodeId compound(ShellNode& node) {
    redirections(node);
    return finish(node);
  }

  ShellNodeId arithmetic() {
    ShellNode node = begun(ShellNodeKind::simple, 0);
    at_ = skip_shell_piece(text(), at_);
    // Part of the text like all words: who places them subtracts.
    node.words.push_back(text().substr(node.begin, 2));
    node.words.push_back(text().substr(node.begin, at_ - node.begin));
    return finish(node);
  }

  ShellNodeId bracketed() {
    ShellNode node = begun(ShellNodeKind::subshell, 1);
    node.children.push_back(list({")"}));
    if (peek() == ')') ++at_;
    return compound(node);
  }

  ShellNodeId group() {
    ShellNode node = begun(ShellNodeKind::group, 1);
    node.children.push_back(list({"}"}));
    take("}");
    return compound(node);
  }

  ShellNodeId branch() {
    ShellNode node = begun(ShellNodeKind::branch, 2);
    do {
      node.children.push_back(list({"then"}));
      take("then");
      node.children.push_back(list({"elif", "else", "fi"}));
    } while (!is_over() && take("elif"));
    if (take("else")) {
      node.flag = true;
      node.children.push_back(list({"fi"}));
    }
    take("fi");
    return compound(node);
  }

  ShellNodeId loop(bool until) {
    ShellNode node = begun(ShellNodeKind::loop, 5);
    node.flag = until;
    node.children.push_back(list({"do"}));
    take("do");
    node.children.push_back(list({"done"}));
    take("done");
    return compound(node);
  }

  ShellNodeId each() {
    ShellNode node = begun(ShellNodeKind::each, ahead().size());
    skip_blanks();
    if (peek() == '(') {
      at_ = skip_shell_piece(text(), at_);
      node.words.push_back("");
    } else {
      node.words.push_back(word());
      skip_lines();
      if (at_word("in")) {
        at_ += 2;
        node.flag = true;
        for (skip_blanks(); !is_over() && peek() != ';' && peek() != '\n'; skip_blanks()) {
          std::size_t const before = at_;
          node.words.push_back(word());
          if (at_ == before) ++at_;
        }
      }
    }
    // C style loops may have braces, which no workflow has.
    take("do");
    node.children.push_back(list({"done"}));
    take("done");
    return compound(node);
  }

  ShellNodeId choice() {
    ShellNode node = begun(ShellNodeKind::choice, 4);
    skip_blanks();
    node.words.push_back(word());
    take("in");
    for (skip_separators(); !is_over() && !at_word("esac"); skip_separators()) {
      std::size_t const before = at_;
      node.children.push_back(clause());
      if (at_ == before) skip_token();
    }
    take("esac");
    return compound(node);
  }

  ShellNodeId clause() {
    ShellNode node = begun(ShellNodeKind::clause, peek() == '(' ? 1 : 0);
    for (skip_blanks(); !is_over() && peek() != ')' && peek() != '\n'; skip_blanks()) {
      std::size_t const before = at_;
      std::string_view const pattern = word();
      if (!pattern.empty()) node.words.push_back(pattern);
      if (at_ == before) ++at_;
    }
    if (peek() == ')') ++at_;
    node.children.push_back(list({";;", ";&", "esac"}));
    for (std::string_view const end : {";;&", ";;", ";&"})
      if (text().substr(at_).starts_with(end)) at_ += end.size();
    return finish(node);
  }

  ShellNodeId function(bool by_word) {
    ShellNode node = begun(ShellNodeKind::function, by_word ? 8 : 0);
    skip_blanks();
    node.words.push_back(word());
    skip_blanks();
    if (is_function(at_)) at_ = std::min(text().find(')', at_), text().size() - 1) + 1;
    skip_lines();
    if (++depth_ > depth_max) give_up();
    if (!is_over()) node.children.push_back(command());
    --depth_;
    return finish(node);
  }

  std::string_view word() {
    std::size_t const end = skip_shell_word(text(), at_);
    std::string_view const found = text().substr(at_, end - at_);
    at_ = end;
    return found;
  }

  ShellNodeId simple() {
    ShellNode node = begun(ShellNodeKind::simple, 0);
    bool const is_test = at_word("[[");
    while (!is_over()) {
      skip_blanks();
      if (is_test && in_test(node)) continue;
      if (redirection(node)) continue;
      std::string_view const next = word();
      if (next.empty()) break;
      node.words.push_back(next);
    }
    note_exit(node);
    return finish(node);
  }

  /// Within `[[ ]]` operators are words.
  bool in_test(ShellNode& node) {
    if (!node.words.empty() && node.words.back() == "]]") return false;
    std::size_t const begin = at_;
    while (peek() == '&' || peek() == '|' || peek() == '<' || peek() == '>' || peek() == '(' ||
           peek() == ')')
      ++at_;
    if (at_ > begin) node.words.push_back(text().substr(begin, at_ - begin));
    return at_ > begin;
  }

  void note_exit(ShellNode const& node) {
    if (node.words.empty()) return;
    bool const leaves = is_one_of(node.words[0], {"exit", "return"}) && node.words.size() > 1 &&
                        node.words[1] != "0";
    if (leaves || node.words[0] == "false") tree_.failing_exits.push_back(node.begin);
  }

  void redirections(ShellNode& node) {
    do skip_blanks();
    while (!is_over() && redirection(node));
  }

  /// `2>&1`, `> file`, `<<EOF`, `<<< text`, `&> file`.
  bool redirection(ShellNode& node) {
    std::size_t at = at_;
    while (at < text().size() && text()[at] >= '0' && text()[at] <= '9') ++at;
    if (at < text().size() && text()[at] == '&' && at + 1 < text().size() && text()[at + 1] == '>')
      ++at;
    char const first = at < text().size() ? text()[at] : '\0';
    if (first != '<' && first != '>') return false;
    bool const is_process = at == at_ && at + 1 < text().size() && text()[at + 1] == '(';
    if (is_process) return false;
    std::size_t const end = std::min(text().find_first_not_of("<>&-|~", at), text().size());
    std::string_view const sign = text().substr(at, end - at);
    bool const is_error = at > at_ && text()[at_] == '2';
    at_ = end;
    skip_blanks();
    ShellRedirect redirect;
    using Kind = ShellRedirect::Kind;
    if (sign.starts_with("<<<")) {
      redirect.kind = Kind::text;
    } else if (sign.starts_with("<<")) {
      redirect.kind = Kind::document;
    } else if (sign.ends_with('&') || sign.ends_with("&-") || is_error) {
      redirect.kind = Kind::duplicate;
    } else if (first == '>') {
      redirect.kind = sign.starts_with(">>") ? Kind::append : Kind::write;
    }
    if (!sign.ends_with("&-")) redirect.target = word();
    if (redirect.kind == Kind::document) document(redirect, sign.ends_with('-'));
    node.redirects.push_back(redirect);
    return true;
  }

  void document(ShellRedirect& redirect, bool strips_tabs) {
    ShellDocument found;
    found.strips_tabs = strips_tabs;
    // Where the script ends before it begins, it is empty and still stands in the text.
    found.body = text().substr(text().size());
    for (char const c : redirect.target) {
      bool const is_quote = c == '\'' || c == '"' || c == '\\';
      found.quoted = found.quoted || is_quote;
      if (!is_quote) found.mark += c;
    }
    redirect.document = tree_.documents.size();
    pending_.push_back(redirect.document);
    tree_.documents.push_back(std::move(found));
  }

  ShellTree tree_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::size_t> pending_;
};

}  // namespace

ShellTree parse_shell(std::string_view text) {
  return Parser(text).run();
}

}  // namespace landfall
