// A handful of words that very many texts are compared with. Nearly all texts differ in their first
// letter or their length already, which costs less to see than a call of memcmp for each word.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace landfall {

template <std::size_t Count>
class FewWords {
 public:
  /// Words of at least one letter.
  constexpr explicit FewWords(std::string_view const (&words)[Count]) {
    std::copy(std::begin(words), std::end(words), words_.begin());
    for (std::string_view const word : words_) lengths_[place(word[0])] |= length(word.size());
  }

  constexpr auto begin() const { return words_.begin(); }
  constexpr auto end() const { return words_.end(); }

  /// Is the text one of the words.
  bool has(std::string_view text) const {
    if (text.empty() || (lengths_[place(text[0])] & length(text.size())) == 0) return false;
    return std::find(begin(), end(), text) != end();
  }

  /// Does the text begin with one of them.
  bool begin_of(std::string_view text) const {
    return !text.empty() && lengths_[place(text[0])] != 0 &&
           std::any_of(begin(), end(), [&](std::string_view word) {
             return word[0] == text[0] && text.starts_with(word);
           });
  }

  /// Does one of them, which are in lower case, stand anywhere in the text, in any case.
  bool within(std::string_view text) const {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (lengths_[place(small(text[at]))] == 0) continue;
      std::string_view const rest = text.substr(at);
      auto const stands_here = [&](std::string_view word) {
        return word[0] == small(rest[0]) && word.size() <= rest.size() &&
               std::equal(word.begin() + 1, word.end(), rest.begin() + 1,
                          [](char a, char b) { return a == small(b); });
      };
      if (std::any_of(begin(), end(), stands_here)) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t place(char c) { return static_cast<unsigned char>(c); }
  static constexpr char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  static constexpr std::uint32_t length(std::size_t size) {
    return std::uint32_t{1} << std::min<std::size_t>(size, 31);
  }

  std::array<std::string_view, Count> words_;
  std::array<std::uint32_t, 256> lengths_{};  ///< of the words with a first letter, as bits
};

}  // namespace landfall
