#include "retire/sitemap.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "net/inflate.hpp"
#include "text/html_tags.hpp"

namespace carillon {

namespace {

// What could be unpacked before the bound or a break in the stream.
std::string unpacked(std::string_view bytes, bool& cut) {
  Inflate inflate(Inflate::Form::gzip);
  std::string out;
  const auto done = inflate.feed(bytes, [&](std::string_view piece) -> Result<void> {
    const std::size_t room = limits::sitemap_bytes - out.size();
    out.append(piece.substr(0, room));
    if (piece.size() > room) return fail(Fault::too_large, "a sitemap of this size is cut");
    return {};
  });
  cut = !done || !inflate.ended();
  return out;
}

// The text of an element: references undone, CDATA taken out of its wrapping.
std::string text_before(std::string_view rest) {
  std::string out;
  rest = rest.substr(0, limits::url_bytes);
  const auto end = std::min(rest.find("</"), rest.size());
  std::string_view text = rest.substr(0, end);
  constexpr std::string_view opens = "<![CDATA[";
  if (const auto at = text.find(opens); at != npos) {
    text.remove_prefix(at + opens.size());
    return std::string(trim(text.substr(0, text.find("]]>"))));
  }
  append_unescaped(trim(text), out);
  return out;
}

void add(std::vector<std::string>& list, std::string address, Sitemap& out) {
  if (address.empty()) return;
  if (list.size() >= limits::sitemap_pages)
    out.cut = true;
  else
    list.push_back(std::move(address));
}

void read_lines(std::string_view text, Sitemap& out) {
  for (const std::string& line : split(text, '\n')) {
    const std::string_view address = trim(line);
    if (address.starts_with("http://") || address.starts_with("https://"))
      add(out.pages, std::string(address), out);
  }
}

// `name` without its prefix: "sm:loc" is loc, but of the prefixes that stand for other things only
// pages are wanted.
std::string_view bare_name(std::string_view name) {
  for (const std::string_view other : {"image:", "video:", "news:", "xhtml:"}) {
    if (name.starts_with(other)) return {};
  }
  const auto colon = name.find(':');
  return colon == npos ? name : name.substr(colon + 1);
}

}  // namespace

Result<Sitemap> read_sitemap(std::string_view bytes) {
  Sitemap out;
  std::string held;
  if (bytes.starts_with("\x1f\x8b")) {
    held = unpacked(bytes, out.cut);
    bytes = held;
  } else if (bytes.size() > limits::sitemap_bytes) {
    bytes = bytes.substr(0, limits::sitemap_bytes);
    out.cut = true;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string_view start = trim(bytes.substr(0, 1000));
  if (start.starts_with("http://") || start.starts_with("https://")) {
    read_lines(bytes, out);
    return out;
  }
  bool known = false;
  bool index = false;
  for (auto at = bytes.find('<'); at != npos; at = bytes.find('<')) {
    bytes.remove_prefix(at);
    const std::size_t end = tag_end(bytes);
    const std::string name = tag_name(bytes.substr(0, end));
    bytes.remove_prefix(end);
    const std::string_view word = bare_name(name);
    known = known || word == "urlset" || word == "sitemapindex";
    index = index || word == "sitemapindex";
    if (known && word == "loc") add(index ? out.sitemaps : out.pages, text_before(bytes), out);
  }
  if (!known)
    return fail(Fault::corrupt, "this is no sitemap",
                "It should be XML with <urlset> or <sitemapindex>, or one address a line.");
  return out;
}

}  // namespace carillon
