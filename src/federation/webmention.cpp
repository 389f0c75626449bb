#include "federation/webmention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "federation/activity.hpp"
#include "federation/answering.hpp"
#include "federation/blocks.hpp"
#include "federation/limits.hpp"
#include "federation/replies.hpp"
#include "store/allowance.hpp"
#include "text/html_links.hpp"
#include "text/html_text.hpp"

namespace carillon {

namespace {

using fedi_rows::FediReaction;
using fedi_rows::ReactionKind;

constexpr std::size_t form_bytes = std::size_t{8} * 1024;
constexpr std::size_t page_bytes = std::size_t{1024} * 1024;  // read of a source
constexpr std::size_t around = 900;                           // looked at beside the link

std::string without_fragment(std::string_view address) {
  return std::string(address.substr(0, address.find('#')));
}

// Pages of others may hold anything; what is kept is text.
std::string only_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = first_bad_utf8(text).value_or(text.size());
    for (const char c : text.substr(0, good)) {
      if (c != '\0') out += c;
    }
    text.remove_prefix(std::min(good + 1, text.size()));
  }
  return out;
}

std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  text.resize(most);
  // Not inside a character.
  if (const auto bad = first_bad_utf8(text)) text.resize(*bad);
  return text;
}

// The block of the page in which the tag at `at` stands.
std::string_view block_around(std::string_view html, std::size_t at) {
  constexpr std::array<std::string_view, 6> blocks{"p",       "li",         "div",
                                                   "article", "blockquote", "section"};
  const std::size_t first = at > around ? at - around : 0;
  std::size_t begin = first;
  std::size_t end = std::min(html.size(), at + around);
  for (const std::string_view name : blocks) {
    const std::size_t open = html.rfind(fmt::format("<{}", name), at);
    if (open != std::string_view::npos && open >= begin) begin = open;
    const std::size_t close = html.find(fmt::format("</{}>", name), at);
    if (close != std::string_view::npos && close < end) end = close;
  }
  return html.substr(begin, std::max(begin, end) - begin);
}

// The address of the post that is meant; empty where it is none.
std::string post_at(const FediSite& site, const std::string& target) {
  if (site.has(target)) return target;
  return site.has(target + "/") ? target + "/" : std::string();
}

FediReaction reply_of(const Webmention& mention, const std::string& post, std::string words,
                      Micros now) {
  const std::string source = mention.source.str();
  return {to_hex(sha256("webmention\n" + source + "\n" + post)),
          ReactionKind::reply,
          source,
          post,
          source,
          std::move(words),
          now};
}

// What the source shows now; its status where that is no page.
struct Source {
  int status = 200;
  std::string html;
};

Result<Source> read_source(const InboxHouse& house, const Url& url) {
  HttpRequest get{.url = url.str(), .trust = house.access.trust};
  get.headers.set("Accept", "text/html, application/xhtml+xml");
  get.limits.total_ms = limits::actor_ms;
  get.limits.connect_ms = limits::actor_ms;
  get.limits.reply_bytes = page_bytes;
  get.limits.cut = true;
  const HttpResult reply = house.access.http.send(get);
  if (!reply) return tl::unexpected(reply.error().error);
  if (reply->status == 410 || reply->status == 404) return Source{reply->status, {}};
  if (!reply->ok())
    return fail(Fault::unavailable, fmt::format("the source answered {}", reply->status));
  const std::string type = lower_ascii(reply->headers.get("Content-Type"));
  if (!type.starts_with("text/html") && !type.starts_with("application/xhtml+xml"))
    return fail(Fault::invalid, "the source is no page in HTML");
  return Source{200, reply->body};
}

Result<HttpAnswer> judge(const InboxHouse& house, const Webmention& mention,
                         const std::string& post, const Source& source) {
  const Micros now = house.access.clock.now();
  const auto words =
      source.status == 200 ? mention_in(source.html, mention.source, post) : std::nullopt;
  return house.access.store.write([&](Db& db) -> Result<HttpAnswer> {
    if (words) {
      CHECK_OK(fedi_rows::save_reply(db, reply_of(mention, post, *words, now)));
      return say(200, "Thank you.");
    }
    const std::string id = reply_of(mention, post, {}, now).id;
    TRY(const std::int64_t gone, db.run("delete from fedi_reaction where id = $1", id));
    CHECK_OK(db.run("delete from fedi_reply where id = $1", id));
    return gone > 0 ? say(200, "It is forgotten.")
                    : say(400, "The source does not link to the target.");
  });
}

Result<HttpAnswer> take(const InboxHouse& house, const HttpQuery& query) {
  const auto mention = read_webmention(query.body);
  if (!mention) return say(400, mention.error().what);
  const std::string post = post_at(house.site, mention->target);
  if (post.empty()) return say(400, "The target is no announcement of this home.");
  const std::string source = mention->source.str();
  if (mention->source.origin() == house.site.origin())
    return say(400, "The source is this home itself.");
  TRY(const bool blocked,
      house.access.store.read([&](Db& db) { return fedi_rows::is_blocked(db, source); }));
  if (blocked) return say(403, "This server takes nothing from there.");
  const Micros now = house.access.clock.now();
  if (house.memory.is_refused(source, now))
    return say(400, "The source could not be read a short while ago.");
  // A stranger says whom we ask, so nobody is asked often.
  TRY(const Micros later,
      take_try(house.access.store, now,
               {{"webmention", 60, second}, {"webmention " + mention->source.host, 10, minute}}));
  if (later > 0) return too_often(later);
  // As accounts are read: a thread of the server waits for each.
  if (!house.memory.enter())
    return fail(Fault::unavailable, "too many pages are being read", "Try again later.");
  const auto read = read_source(house, mention->source);
  house.memory.leave();
  if (read) return judge(house, *mention, post, *read);
  house.memory.refuse(source, now);
  return say(400, fmt::format("The source cannot be read: {}", read.error().what));
}

}  // namespace

Result<Webmention> read_webmention(std::string_view body) {
  std::string source;
  std::string target;
  for (const auto& [name, value] : parse_query(body)) {
    if (name == "source" && source.empty()) source = value;
    if (name == "target" && target.empty()) target = value;
  }
  if (source.empty() || target.empty())
    return fail(Fault::invalid, "A Webmention has a source and a target.");
  if (source.size() > limits::address_bytes || target.size() > limits::address_bytes)
    return fail(Fault::invalid, "An address is too long.");
  auto from = parse_url(without_fragment(source));
  if (!from) return fail(Fault::invalid, "The source is no web address.");
  const auto to = parse_url(without_fragment(target));
  if (!to) return fail(Fault::invalid, "The target is no web address.");
  if (*from == *to) return fail(Fault::invalid, "Source and target are one.");
  return Webmention{std::move(*from), to->str()};
}

std::optional<std::string> mention_in(std::string_view html, const Url& source,
                                      std::string_view target) {
  const HtmlOutline outline = outline_of(html);
  Url base = source;
  if (!outline.base.empty()) {
    if (auto other = join_url(source, outline.base)) base = std::move(*other);
  }
  for (const HtmlLink& link : outline.links) {
    if (link.element != "a" && link.element != "area") continue;
    const auto to = join_url(base, link.address);
    if (!to) continue;
    const std::string address = without_fragment(to->str());
    if (address != target && address + "/" != target) continue;
    const std::string text = html_to_text(block_around(html, std::min(link.at, html.size())));
    return cut(only_text(trim(text)), mention_bytes);
  }
  return std::nullopt;
}

std::string webmention_address(const FediSite& site) {
  return site.account().home + "/webmention";
}

std::optional<HttpAnswer> answer_webmention(const InboxHouse& house, const HttpQuery& query) {
  if (house.site.address_of(query.path) != webmention_address(house.site)) return std::nullopt;
  if (auto refused =
          not_a_form(query, form_bytes, "Webmentions are sent here by POST.", "A Webmention"))
    return refused;
  auto out = take(house, query);
  return out ? std::move(*out) : say_later(503, out.error().what, minute);
}

}  // namespace carillon
