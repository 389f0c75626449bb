// Builds HTML and XML by value. Whatever comes in as text is escaped; tag and attribute names exist
// only as literals checked by the compiler; an address with a scheme that runs code is left out.
// The one way around the escaping is called `trusted` and is easy to grep for. All pure.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

enum class Dialect { html, xml };

namespace html_detail {

// Reached only in a constant expression that must fail to compile.
void a_name_is_made_of_letters_digits_colon_and_hyphen();
void an_attribute_that_runs_code_or_styles_inline_is_not_allowed();

constexpr bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
         c == '-';
}

constexpr bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const auto candidate : names) {
    if (candidate == name) return true;
  }
  return false;
}

}  // namespace html_detail

// The name of an element, from a literal.
class TagName {
 public:
  template <std::size_t N>
  consteval TagName(const char (&text)[N])  // NOLINT: a literal is the whole point
      : name_(text, N - 1) {
    for (const char c : name_) {
      if (!html_detail::name_char(c))
        html_detail::a_name_is_made_of_letters_digits_colon_and_hyphen();
    }
    void_ = html_detail::one_of(name_, {"area", "br", "col", "hr", "img", "input", "link", "meta",
                                        "source", "track", "wbr"});
  }
  [[nodiscard]] constexpr std::string_view name() const { return name_; }
  // HTML elements that have no content and no end tag (WHATWG HTML 13.1.2).
  [[nodiscard]] constexpr bool is_void() const { return void_; }

 private:
  std::string_view name_;
  bool void_ = false;
};

// The name of an attribute, from a literal; `on…`, `style` and `srcdoc` do not compile.
class AttributeName {
 public:
  template <std::size_t N>
  consteval AttributeName(const char (&text)[N])  // NOLINT: a literal is the whole point
      : name_(text, N - 1) {
    for (const char c : name_) {
      if (!html_detail::name_char(c))
        html_detail::a_name_is_made_of_letters_digits_colon_and_hyphen();
    }
    if (name_.starts_with("on") || html_detail::one_of(name_, {"style", "srcdoc"}))
      html_detail::an_attribute_that_runs_code_or_styles_inline_is_not_allowed();
    url_ = html_detail::one_of(name_, {"href", "src", "action", "formaction", "poster", "url"});
  }
  [[nodiscard]] constexpr std::string_view name() const { return name_; }
  [[nodiscard]] constexpr bool is_url() const { return url_; }

 private:
  std::string_view name_;
  bool url_ = false;
};

// Appends `text` with & < > " ' as references. Characters that neither HTML nor XML 1.0 allows, and
// bytes that are not UTF-8, become U+FFFD. Good for content and quoted attribute values of both.
void append_escaped(std::string& out, std::string_view text);

// True for http, https and mailto addresses and for references without a scheme, without white
// space or control characters in them.
[[nodiscard]] bool is_safe_url(std::string_view url);

// One attribute, ready to be put into a start tag; may be empty.
class Attribute {
 public:
  Attribute() = default;
  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  friend Attribute attr(AttributeName name, std::string_view value);
  friend Attribute attr(AttributeName name);
  std::string text_;
};

// An unsafe value of an address attribute leaves the attribute out.
[[nodiscard]] Attribute attr(AttributeName name, std::string_view value);
[[nodiscard]] Attribute attr(AttributeName name);  // without a value: `hidden`
template <std::integral Number>
[[nodiscard]] Attribute attr(AttributeName name, Number value) {
  return attr(name, std::string_view(std::to_string(value)));
}
// Left out when the value is empty.
[[nodiscard]] inline Attribute attr_some(AttributeName name, std::string_view value) {
  return value.empty() ? Attribute() : attr(name, value);
}

template <Dialect D>
class Tagged {
 public:
  Tagged() = default;

  // Takes `markup` as it is. Only for the output of another function that escapes.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved, which a template hides.
  [[nodiscard]] static Tagged trusted(std::string markup) {
    Tagged out;
    out.text_ = std::move(markup);
    return out;
  }

  Tagged& add(const Tagged& more) {
    text_ += more.text_;
    return *this;
  }
  Tagged& add(std::string_view text) {
    append_escaped(text_, text);
    return *this;
  }
  Tagged& add(const std::vector<Tagged>& list) {
    for (const auto& item : list) text_ += item.text_;
    return *this;
  }
  Tagged& add(const Attribute&) { return *this; }  // already in the start tag

  // Makes room for `bytes` more.
  void make_room(std::size_t bytes) { text_.reserve(text_.size() + bytes); }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& str() const& { return text_; }
  [[nodiscard]] std::string str() && { return std::move(text_); }

 private:
  template <Dialect E, class... Items>
  friend Tagged<E> element(TagName name, const Items&... items);
  std::string text_;
};

using Html = Tagged<Dialect::html>;
using Xml = Tagged<Dialect::xml>;

namespace html_detail {

// The bytes of an item as it is, without what escapes add.
template <class Item>
[[nodiscard]] std::size_t size_of(const Item& item) {
  if constexpr (requires { item.str(); }) {
    return item.str().size();
  } else if constexpr (std::is_convertible_v<const Item&, std::string_view>) {
    return std::string_view(item).size();
  } else {
    std::size_t out = 0;
    for (const auto& each : item) out += each.str().size();
    return out;
  }
}

}  // namespace html_detail

// <name attributes…>children…</name>. Items are Attribute, Tagged of the same dialect, a vector of
// it, or text.
template <Dialect D, class... Items>
[[nodiscard]] Tagged<D> element(TagName name, const Items&... items) {
  Tagged<D> out;
  out.make_room((html_detail::size_of(items) + ... + (2 * name.name().size() + 5)));
  std::string& text = out.text_;
  text += '<';
  text += name.name();
  [[maybe_unused]] const auto put_attribute = [&text](const auto& item) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(item)>, Attribute>)
      text += item.str();
  };
  (put_attribute(items), ...);
  text += '>';
  if constexpr (D == Dialect::html) {
    if (name.is_void()) return out;
  }
  const std::size_t inside = text.size();
  (out.add(items), ...);
  if (D == Dialect::xml && text.size() == inside) {
    text.back() = '/';
    text += '>';
    return out;
  }
  text += "</";
  text += name.name();
  text += '>';
  return out;
}

template <class... Items>
[[nodiscard]] Html tag(TagName name, const Items&... items) {
  return element<Dialect::html>(name, items...);
}
template <class... Items>
[[nodiscard]] Xml node(TagName name, const Items&... items) {
  return element<Dialect::xml>(name, items...);
}

// The items in a row, without an element around them.
template <class... Items>
[[nodiscard]] Html together(const Items&... items) {
  Html out;
  out.make_room((html_detail::size_of(items) + ... + 0));
  (out.add(items), ...);
  return out;
}

// <script type="application/ld+json">: data that no browser runs. `<`, `>` and `&` are written as
// JSON escapes, so that no value can end the element.
[[nodiscard]] Html json_data(const json::value& value);

}  // namespace carillon
