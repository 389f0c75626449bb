#include "federation/structured_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.hpp"
#include "federation/limits.hpp"

namespace carillon {

namespace {

constexpr std::int64_t integer_most = 999'999'999'999'999;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_key_char(char c) {
  return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}
bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~:/").find(c) != std::string_view::npos;
}
bool is_base64_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
}
bool is_visible(char c) {
  return c >= ' ' && c < '\x7f';
}

bool is_key(std::string_view key) {
  return !key.empty() && (is_lower(key.front()) || key.front() == '*') &&
         std::all_of(key.begin(), key.end(), is_key_char);
}

bool is_token(std::string_view text) {
  return !text.empty() && (is_alpha(text.front()) || text.front() == '*') &&
         std::all_of(text.begin(), text.end(), is_token_char);
}

template <class Value>
void set(std::vector<std::pair<std::string, Value>>& pairs, std::string key, Value value) {
  const auto at =
      std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
  // The last value counts, at the place of the first.
  if (at != pairs.end())
    at->second = std::move(value);
  else
    pairs.emplace_back(std::move(key), std::move(value));
}

// Reads from the front of what is left, as RFC 9651 section 4.2 writes it down.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<FieldList> list() {
    FieldList out;
    while (!done()) {
      TRY(FieldMember one, member());
      out.push_back(std::move(one));
      if (out.size() > limits::field_members) return too_many();
      CHECK_OK(comma());
    }
    return out;
  }

  Result<FieldDictionary> dictionary() {
    FieldDictionary out;
    while (!done()) {
      TRY(std::string name, key());
      if (take('=')) {
        TRY(FieldMember value, member());
        set(out, std::move(name), std::move(value));
      } else {
        TRY(FieldParameters more, parameters());
        set(out, std::move(name), FieldMember(FieldItem{true, std::move(more)}));
      }
      if (out.size() > limits::field_members) return too_many();
      CHECK_OK(comma());
    }
    return out;
  }

  Result<FieldItem> item() {
    TRY(BareItem value, bare());
    TRY(FieldParameters more, parameters());
    return FieldItem{std::move(value), std::move(more)};
  }

  void spaces() {
    while (!done() && text_[at_] == ' ') ++at_;
  }
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view what) const {
    return fail(Fault::corrupt, fmt::format("structured field: {} at byte {}", what, at_));
  }

 private:
  static tl::unexpected<Error> too_many() {
    return fail(Fault::too_large, "structured field: too many members");
  }
  [[nodiscard]] char next() const { return done() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // What stands between two members; nothing at the end.
  Result<void> comma() {
    const auto blank = [&] {
      while (!done() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    };
    blank();
    if (done()) return {};
    if (!take(',')) return wrong("no comma");
    blank();
    if (done()) return wrong("nothing behind the comma");
    return {};
  }

  Result<FieldMember> member() {
    if (next() == '(') {
      TRY(InnerList inner, inner_list());
      return FieldMember(std::move(inner));
    }
    TRY(FieldItem one, item());
    return FieldMember(std::move(one));
  }

  Result<InnerList> inner_list() {
    InnerList out;
    ++at_;
    while (!done()) {
      spaces();
      if (take(')')) {
        TRY(out.parameters, parameters());
        return out;
      }
      TRY(FieldItem one, item());
      out.items.push_back(std::move(one));
      if (out.items.size() > limits::field_members) return too_many();
      if (next() != ' ' && next() != ')') return wrong("no space and no end of the list");
    }
    return wrong("no end of the list");
  }

  Result<FieldParameters> parameters() {
    FieldParameters out;
    while (take(';')) {
      spaces();
      TRY(std::string name, key());
      BareItem value = true;
      if (take('=')) {
        TRY(value, bare());
      }
      set(out, std::move(name), std::move(value));
      if (out.size() > limits::field_members) return too_many();
    }
    return out;
  }

  Result<std::string> key() {
    if (!is_lower(next()) && next() != '*') return wrong("no key");
    return std::string(while_of(is_key_char));
  }

  std::string_view while_of(bool (*fits)(char)) {
    const std::size_t begin = at_;
    while (!done() && fits(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Result<BareItem> bare() {
    const char c = next();
    if (c == '-' || is_digit(c)) return number();
    if (c == '"') return string();
    if (c == '*' || is_alpha(c)) return BareItem(FieldToken{std::string(while_of(is_token_char))});
    if (c == ':') return bytes();
    if (c == '?') return boolean();
    if (c == '@') return date();
    if (c == '%') return display();
    return wrong("no value");
  }

  Result<BareItem> number() {
    const bool negative = take('-');
    const std::string_view whole = while_of(is_digit);
    if (whole.empty()) return wrong("no digit");
    std::string_view part;
    const bool decimal = next() == '.';
    if (decimal) {
      if (whole.size() > 12) return wrong("a number that is too long");
      ++at_;
      part = while_of(is_digit);
      if (part.empty() || part.size() > 3) return wrong("not one to three digits");
    }
    if (whole.size() > 15) return wrong("a number that is too long");
    std::string digits(whole);
    if (decimal) digits.append(part).append(3 - part.size(), '0');
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (negative) value = -value;
    return decimal ? BareItem(FieldDecimal{value}) : BareItem(value);
  }

  Result<BareItem> string() {
    std::string out;
    ++at_;
    while (!done()) {
      const char c = text_[at_++];
      if (c == '"') return BareItem(std::move(out));
      if (c == '\\') {
        if (next() != '"' && next() != '\\') return wrong("a backslash before nothing");
        out += text_[at_++];
      } else if (is_visible(c)) {
        out += c;
      } else {
        return wrong("a character that is not printable ASCII");
      }
    }
    return wrong("no end of the string");
  }

  Result<BareItem> bytes() {
    const std::size_t end = text_.find(':', at_ + 1);
    if (end == std::string_view::npos) return wrong("no end of the bytes");
    std::string inside(text_.substr(at_ + 1, end - at_ - 1));
    if (!std::all_of(inside.begin(), inside.end(), is_base64_char)) return wrong("no base64");
    // Readers should take what lacks its padding.
    while (inside.size() % 4 != 0 && inside.find('=') == std::string::npos) {
      inside.append(4 - inside.size() % 4, '=');
    }
    auto out = loose_base64(inside);
    if (!out) return wrong("no base64");
    at_ = end + 1;
    return BareItem(FieldBytes{std::move(*out)});
  }

  // Also with bits that are not zero behind the last byte, which readers should take too.
  static std::optional<std::string> loose_base64(std::string text) {
    auto out = from_base64(text);
    if (out || text.size() < 4) return out;
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t last = text.find_last_not_of('=');
    if (last == std::string::npos) return out;
    const std::size_t padding = text.size() - 1 - last;
    const std::size_t value = alphabet.find(text[last]);
    if (padding == 0 || padding > 2 || value == std::string_view::npos) return out;
    text[last] = alphabet[padding == 1 ? value & ~std::size_t{3} : value & ~std::size_t{15}];
    return from_base64(text);
  }

  Result<BareItem> boolean() {
    ++at_;
    if (take('1')) return BareItem(true);
    if (take('0')) return BareItem(false);
    return wrong("neither ?0 nor ?1");
  }

  Result<BareItem> date() {
    ++at_;
    if (next() != '-' && !is_digit(next())) return wrong("no date");
    TRY(const BareItem read, number());
    const auto* seconds = std::get_if<std::int64_t>(&read);
    if (seconds == nullptr) return wrong("a date with a fraction");
    return BareItem(FieldDate{*seconds});
  }

  Result<BareItem> display() {
    ++at_;
    if (!take('"')) return wrong("no display string");
    std::string out;
    while (!done()) {
      const char c = text_[at_++];
      if (!is_visible(c)) return wrong("a character that is not printable ASCII");
      if (c == '"') {
        if (first_bad_utf8(out)) return wrong("a display string that is not UTF-8");
        return BareItem(FieldDisplay{std::move(out)});
      }
      if (c != '%') {
        out += c;
        continue;
      }
      const std::string_view hex = text_.substr(at_, 2);
      const auto byte = hex == lower_ascii(hex) ? from_hex(hex) : std::nullopt;
      if (!byte || hex.size() != 2) return wrong("no two digits behind the percent sign");
      out += *byte;
      at_ += 2;
    }
    return wrong("no end of the display string");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

template <class Value>
Result<Value> whole(std::string_view text, Result<Value> (Reader::*read)()) {
  if (text.size() > limits::field_bytes)
    return fail(Fault::too_large, "structured field: longer than 16 KiB");
  Reader reader(text);
  reader.spaces();
  TRY(Value out, (reader.*read)());
  reader.spaces();
  if (!reader.done()) return reader.wrong("more than one value");
  return out;
}

tl::unexpected<Error> unwritable(std::string_view what) {
  return fail(Fault::invalid, fmt::format("structured field: {} cannot be written", what));
}

// A number is in the range of 15 digits.
Result<std::string> write(std::int64_t number) {
  if (number < -integer_most || number > integer_most) return unwritable("so large a number");
  return std::to_string(number);
}

Result<std::string> write(FieldDecimal number) {
  if (number.thousandths < -integer_most || number.thousandths > integer_most)
    return unwritable("so large a number");
  const std::int64_t all = std::abs(number.thousandths);
  std::string part = fmt::format("{:03}", all % 1000);
  while (part.size() > 1 && part.back() == '0') part.pop_back();
  return fmt::format("{}{}.{}", number.thousandths < 0 ? "-" : "", all / 1000, part);
}

Result<std::string> write(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (!is_visible(c)) return unwritable("a string that is not ASCII");
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

Result<std::string> write(const FieldToken& token) {
  if (!is_token(token.text)) return unwritable("such a token");
  return token.text;
}

Result<std::string> write(const FieldBytes& bytes) {
  return ":" + to_base64(bytes.bytes) + ":";
}

Result<std::string> write(bool value) {
  return std::string(value ? "?1" : "?0");
}

Result<std::string> write(FieldDate date) {
  TRY(std::string seconds, write(date.seconds));
  return "@" + seconds;
}

Result<std::string> write(const FieldDisplay& display) {
  if (first_bad_utf8(display.text)) return unwritable("a display string that is not UTF-8");
  std::string out = "%\"";
  for (const char c : display.text) {
    if (c == '%' || c == '"' || !is_visible(c)) {
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

Result<std::string> write(const BareItem& item) {
  return std::visit([](const auto& value) { return write(value); }, item);
}

Result<std::string> write(const FieldParameters& parameters) {
  std::string out;
  for (const auto& [key, value] : parameters) {
    if (!is_key(key)) return unwritable("such a key");
    out += ";" + key;
    if (value == BareItem(true)) continue;
    TRY(const std::string text, write(value));
    out += "=" + text;
  }
  return out;
}

Result<std::string> write(const FieldMember& member) {
  return std::visit([](const auto& one) { return write_field(one); }, member);
}

}  // namespace

Result<FieldItem> read_field_item(std::string_view text) {
  return whole(text, &Reader::item);
}

Result<FieldList> read_field_list(std::string_view text) {
  return whole(text, &Reader::list);
}

Result<FieldDictionary> read_field_dictionary(std::string_view text) {
  return whole(text, &Reader::dictionary);
}

Result<std::string> write_field(const FieldItem& item) {
  TRY(std::string out, write(item.value));
  TRY(const std::string more, write(item.parameters));
  return out + more;
}

Result<std::string> write_field(const InnerList& list) {
  std::string out = "(";
  for (const FieldItem& item : list.items) {
    TRY(const std::string text, write_field(item));
    if (out.size() > 1) out += ' ';
    out += text;
  }
  TRY(const std::string more, write(list.parameters));
  return out + ")" + more;
}

Result<std::string> write_field(const FieldList& list) {
  std::string out;
  for (const FieldMember& member : list) {
    TRY(const std::string text, write(member));
    if (!out.empty()) out += ", ";
    out += text;
  }
  return out;
}

Result<std::string> write_field(const FieldDictionary& dictionary) {
  std::string out;
  for (const auto& [key, member] : dictionary) {
    if (!is_key(key)) return unwritable("such a key");
    if (!out.empty()) out += ", ";
    out += key;
    const auto* item = std::get_if<FieldItem>(&member);
    const bool bare = item != nullptr && item->value == BareItem(true);
    TRY(const std::string text, bare ? write(item->parameters) : write(member));
    out += bare ? text : "=" + text;
  }
  return out;
}

Result<FieldDecimal> decimal_of(double number) {
  const double thousandths = std::nearbyint(number * 1000);
  if (!(std::abs(thousandths) <= static_cast<double>(integer_most)))
    return unwritable("so large a number");
  return FieldDecimal{static_cast<std::int64_t>(thousandths)};
}

const BareItem* find_parameter(const FieldParameters& parameters, std::string_view key) {
  for (const auto& [name, value] : parameters) {
    if (name == key) return &value;
  }
  return nullptr;
}

const FieldMember* find_member(const FieldDictionary& dictionary, std::string_view key) {
  for (const auto& [name, value] : dictionary) {
    if (name == key) return &value;
  }
  return nullptr;
}

}  // namespace carillon
