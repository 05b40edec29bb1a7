// Numbers as JavaScript reads and writes them: GitHub's own library for expressions is written in
// it, and its runner agrees with it wherever a workflow could tell.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/text.h"
#include "workflow/value.h"

namespace landfall {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

/// Bits, the first one the highest, rounded once at the end whatever their number.
class Bits {
 public:
  void add(bool set) {
    if (mantissa_ < std::uint64_t{1} << 62) {
      mantissa_ = mantissa_ * 2 + (set ? 1 : 0);
      return;
    }
    exponent_ = std::min(exponent_ + 1, 4096);
    rest_ = rest_ || set;
  }
  double number() const {
    return std::ldexp(static_cast<double>(mantissa_ | (rest_ ? 1U : 0U)), exponent_);
  }

 private:
  std::uint64_t mantissa_ = 0;
  int exponent_ = 0;
  bool rest_ = false;
};

/// Digits of 1, 3 or 4 bits each.
double number_of_bits(std::string_view digits, int bits) {
  if (digits.empty()) return not_a_number;
  Bits all;
  for (char const c : digits) {
    int const digit = digit_of(c);
    if (digit >= 1 << bits) return not_a_number;
    for (int bit = bits - 1; bit >= 0; --bit) all.add(((digit >> bit) & 1) != 0);
  }
  return all.number();
}

/// What a decimal number is that from_chars found too large or too small. Only which of the two is
/// open, and that the place of its first digit tells.
double beyond(std::string_view text) {
  std::int64_t place = 0;
  bool point = false;
  bool begun = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    begun = begun || text[at] != '0';
    if (begun && !point) ++place;
    if (!begun && point) --place;
  }
  std::string_view exponent = text.substr(std::min(at + 1, text.size()));
  bool const small = exponent.starts_with('-');
  if (small || exponent.starts_with('+')) exponent.remove_prefix(1);
  std::int64_t power = 0;
  for (char const c : exponent) power = std::min<std::int64_t>(power * 10 + (c - '0'), 1'000'000);
  return place + (small ? -power : power) > 0 ? infinity : 0;
}

/// Digits, perhaps a point, perhaps an exponent; no sign.
double decimal(std::string_view text) {
  std::size_t digits = 0;
  std::size_t points = 0;
  std::size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || text[at] == '.'); ++at)
    ++(text[at] == '.' ? points : digits);
  if (digits == 0 || points > 1) return not_a_number;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return not_a_number;
    std::size_t const sign = at + 1;
    bool const is_signed = sign < text.size() && (text[sign] == '-' || text[sign] == '+');
    std::string_view const exponent = text.substr(sign + (is_signed ? 1 : 0));
    if (exponent.empty() || !std::all_of(exponent.begin(), exponent.end(), is_digit))
      return not_a_number;
  }
  double number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return beyond(text);
  return error == std::errc{} && end == text.data() + text.size() ? number : not_a_number;
}

/// The bytes of the blank that a text begins with, by JavaScript's idea of one; 0 if with none.
std::size_t blank_at(std::string_view text) {
  if (text.empty()) return 0;
  if (static_cast<unsigned char>(text[0]) < 0x80)
    return text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r') ? 1 : 0;
  if (text.starts_with("\u00a0")) return 2;
  constexpr std::string_view wide[]{"\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                    "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
                                    "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};
  for (std::string_view const blank : wide)
    if (text.starts_with(blank)) return 3;
  return 0;
}

std::size_t blank_before_end(std::string_view text) {
  if (!text.empty() && static_cast<unsigned char>(text.back()) < 0x80)
    return blank_at(text.substr(text.size() - 1));
  for (std::size_t size = 1; size <= 3 && size <= text.size(); ++size)
    if (blank_at(text.substr(text.size() - size)) == size) return size;
  return 0;
}

/// A decimal without its last digit, rounded up: "0.0625" is "0.063".
std::string rounded_up(std::string digits) {
  digits.pop_back();
  for (std::size_t at = digits.size(); at > 0; --at) {
    char& c = digits[at - 1];
    if (!is_digit(c)) continue;
    if (c != '9') {
      ++c;
      return digits;
    }
    c = '0';
  }
  // The bytes before the first digit are its sign.
  std::size_t const sign = digits.starts_with('-') ? 1 : 0;
  return digits.insert(sign, 1, '1');
}

/// JavaScript's toFixed(15), which rounds a tie away from zero where C rounds it to even.
std::string fixed_text(double number) {
  constexpr std::size_t longest = 64;
  constexpr double ties = 65536;  // a tie at 15 places is an odd multiple of 2^-16
  char digits[longest];
  double const scaled = number * ties;
  bool const is_tie = std::abs(scaled) < 9e15 && std::fmod(std::abs(scaled), 2.0) == 1.0;
  auto const [end, error] =
      std::to_chars(digits, digits + longest, number, std::chars_format::fixed, is_tie ? 16 : 15);
  std::string text(digits, error == std::errc{} ? end : digits);
  return is_tie ? rounded_up(std::move(text)) : text;
}

}  // namespace

std::string_view trim_blanks(std::string_view text) {
  while (std::size_t const size = blank_at(text)) text.remove_prefix(size);
  while (std::size_t const size = blank_before_end(text)) text.remove_suffix(size);
  return text;
}

double number_literal(std::string_view text) {
  if (text.size() > 1 && text[0] == '0') {
    char const radix = text[1];
    if (radix == 'x' || radix == 'X') return number_of_bits(text.substr(2), 4);
    if (radix == 'o' || radix == 'O') return number_of_bits(text.substr(2), 3);
    if (radix == 'b' || radix == 'B') return number_of_bits(text.substr(2), 1);
  }
  bool const minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  double const number = text == "Infinity" ? infinity : decimal(text);
  return minus ? -number : number;
}

double number_of(std::string_view text) {
  std::string_view const word = trim_blanks(text);
  return word.empty() ? 0 : number_literal(word);
}

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  if (number == 0) return "0";
  constexpr double exact = 9007199254740992;  // 2^53: integers below are their own digits
  if (std::abs(number) < exact && std::trunc(number) == number)
    return std::to_string(static_cast<std::int64_t>(number));
  char buffer[32];
  auto const [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  // d.ddde[+-]xx into digits and the place of the point.
  std::string_view const text(buffer, error == std::errc{} ? end : buffer);
  std::string sign = text.starts_with('-') ? "-" : "";
  std::size_t const e = text.find('e');
  std::string digits;
  for (char const c : text.substr(0, e))
    if (is_digit(c)) digits += c;
  std::string_view const exponent = text.substr(e + 1);
  std::int64_t const power =
      parse_integer(exponent.substr(exponent.starts_with('+') ? 1 : 0)).value_or(0);
  auto const count = static_cast<std::int64_t>(digits.size());
  // https://tc39.es/ecma262/#sec-numeric-types-number-tostring
  if (power >= 21 || power < -6) {
    if (count > 1) digits.insert(1, 1, '.');
    return sign + digits + (power < 0 ? "e-" : "e+") + std::to_string(std::abs(power));
  }
  if (power < 0)
    return sign + "0." + std::string(static_cast<std::size_t>(-power) - 1, '0') + digits;
  if (count <= power + 1)
    return sign + digits.append(static_cast<std::size_t>(power + 1 - count), '0');
  return sign + digits.insert(static_cast<std::size_t>(power) + 1, 1, '.');
}

std::string coerced_number_text(double number) {
  // From here on there are no digits after the point to be cut.
  constexpr double whole = 1e21;
  bool const short_enough = std::trunc(number) == number && std::abs(number) < 9e15;
  if (short_enough || !(std::abs(number) < whole)) return number_text(number);
  return number_text(number_literal(fixed_text(number)));
}

}  // namespace landfall
