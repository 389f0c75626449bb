#include "home/pages.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "home/body.hpp"
#include "home/layout.hpp"
#include "home/words.hpp"

namespace carillon {

namespace {

// The host of an address, as people read it.
std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  std::string_view host = url.substr(0, url.find_first_of("/?#"));
  if (host.starts_with("www.")) host.remove_prefix(4);
  return std::string(host);
}

// An address without what goes without saying.
std::string address_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  if (url.starts_with("www.")) url.remove_prefix(4);
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

// rel="me" says the account is ours; a closed one may be anybody's by now.
bool is_ours(const SiteChannel& each) {
  return each.channel.listed && !each.channel.url.empty() && each.channel.use != Use::closed;
}

json::value publisher(const SiteIndex& index) {
  json::object out{{"@type", "Organization"},
                   {"name", json::string(index.view.organisation.name)},
                   {"url", json::string(index.absolute("/"))}};
  if (!index.view.logo.empty()) out["logo"] = json::string(index.absolute(index.view.logo));
  json::array same;
  for (const SiteChannel& each : index.view.channels) {
    if (is_ours(each) && each.channel.use != Use::home)
      same.push_back(json::string(each.channel.url));
  }
  if (!same.empty()) out["sameAs"] = same;
  return out;
}

// schema.org, for search engines.
json::value article_data(const SiteIndex& index, const IndexedPost& post) {
  const Draft& draft = post.post.announcement.draft;
  json::object out{{"@context", "https://schema.org"},
                   {"@type", draft.kind == Kind::blog ? "BlogPosting" : "NewsArticle"},
                   {"headline", json::string(shorten(post.title, 110))},
                   {"url", json::string(index.absolute(post.path))},
                   {"mainEntityOfPage", json::string(index.absolute(post.path))},
                   {"datePublished", json::string(iso_time(post.post.published))},
                   {"dateModified", json::string(iso_time(post.post.updated))},
                   {"inLanguage", json::string(post.language)},
                   {"description", json::string(post.excerpt)},
                   {"author", publisher(index)},
                   {"publisher", publisher(index)}};
  json::array images;
  for (const SitePicture& picture : shown_at_once(post))
    images.push_back(json::string(index.absolute(picture.path)));
  if (!images.empty()) out["image"] = images;
  json::array keywords;
  for (const std::string& name : draft.tags) keywords.push_back(json::string(name));
  if (!keywords.empty()) out["keywords"] = keywords;
  return out;
}

Html copies_of(const SiteIndex& index, const IndexedPost& post) {
  Html items;
  for (const SiteCopy& copy : post.post.copies) {
    if (copy.url.empty() || !is_safe_url(copy.url)) continue;
    items.add(
        tag("li", tag("a", attr("rel", "syndication"), attr("href", copy.url), copy.platform)));
  }
  if (items.empty()) return {};
  return tag("div", attr("class", "also"),
             tag("p", attr("id", "also"), our_words(index), words::also_on),
             tag("ul", attr("class", "row"), attr("aria-labelledby", "also"), items));
}

Html neighbour(const SiteIndex& index, const IndexedPost* post, std::string_view label,
               bool newer) {
  if (post == nullptr) return {};
  return tag("a", attr("class", newer ? "newer" : "older"), attr("rel", newer ? "next" : "prev"),
             attr("href", index.local(post->path)), tag("span", our_words(index), label),
             tag("strong", language_of(index, post->language), direction_of(index, post->language),
                 post->title));
}

struct Beside {
  const IndexedPost* newer;
  const IndexedPost* older;
};

bool is_answer(const IndexedPost& post) {
  return !post.post.announcement.draft.answers.empty();
}

Beside beside(const SiteIndex& index, const IndexedPost& post) {
  if (is_answer(post)) return {nullptr, nullptr};
  const auto at = static_cast<std::size_t>(&post - index.posts.data());
  return {at > 0 ? &index.posts[at - 1] : nullptr,
          at + 1 < index.posts.size() ? &index.posts[at + 1] : nullptr};
}

// The page names its neighbours, so it changes with them.
Micros changed_with(const SiteIndex& index, const IndexedPost& post) {
  const auto [newer, older] = beside(index, post);
  Micros out = post.post.updated;
  for (const IndexedPost* other : {newer, older}) {
    if (other != nullptr) out = std::max(out, other->post.updated);
  }
  for (const IndexedPost* answer : answers_below(index, post))
    out = std::max(out, answer->post.updated);
  return out;
}

Html neighbours(const SiteIndex& index, const IndexedPost& post) {
  const auto [newer, older] = beside(index, post);
  if (newer == nullptr && older == nullptr) return {};
  return tag("nav", attr("class", "neighbours"), attr("aria-label", words::neighbours),
             neighbour(index, older, words::older, false),
             neighbour(index, newer, words::newer, true));
}

// Whom it answers, with a link to what they said where they said it.
Html answered(const SiteIndex& index, const IndexedPost& answer) {
  const std::string& reply = answer.post.announcement.draft.answers;
  const std::string& author = answer.post.answers.author;
  if (author.empty() || !is_safe_url(reply)) return {};
  return tag(
      "span", our_words(index), " ", words::in_answer_to, " ",
      tag("a", attr("href", reply), attr("rel", "nofollow noopener"), attr("dir", "ltr"), author));
}

// The post that an answer stands under; nothing where it is no more.
Html under(const SiteIndex& index, const IndexedPost& answer) {
  for (const IndexedPost& post : index.posts) {
    const auto& below = answers_below(index, post);
    if (std::find(below.begin(), below.end(), &answer) == below.end()) continue;
    return tag("span", our_words(index), " ", words::under, " ",
               tag("a", attr("href", index.local(post.path)), language_of(index, post.language),
                   direction_of(index, post.language), post.title));
  }
  return {};
}

Html byline(const SiteIndex& index, const IndexedPost& post) {
  Html out = together(time_tag(index, post.post.published),
                      kind_tag(index, post.post.announcement.draft.kind));
  if (post.post.updated > post.post.published + hour)
    out.add(tag("span", attr("class", "updated"), our_words(index), words::updated, " ",
                time_tag(index, post.post.updated)));
  if (is_answer(post)) out.add(together(answered(index, post), under(index, post)));
  return tag("p", attr("class", "byline"), out);
}

Html answers(const SiteIndex& index, const IndexedPost& post) {
  Html out;
  for (const IndexedPost* one : answers_below(index, post)) {
    const BodyOptions options{.origin = index.origin,
                              .page = index.absolute(one->path),
                              .resolve = true,
                              .bare = false,
                              .heading = 3};
    out.add(tag(
        "article",
        tag("p", attr("class", "byline"),
            tag("a", attr("href", index.local(one->path)), time_tag(index, one->post.published)),
            answered(index, *one)),
        tag("div", language_of(index, one->language), direction_of(index, one->language),
            behind_warning(*one, together(tag("div", attr("class", "text"),
                                              body_html(one->post.text, options)),
                                          pictures(index, *one, Show::all))))));
  }
  if (out.empty()) return {};
  return tag("section", attr("class", "answers"), attr("aria-labelledby", "answers"),
             tag("h2", attr("id", "answers"), our_words(index), words::answers), out);
}

Html post_main(const SiteIndex& index, const IndexedPost& post) {
  const Draft& draft = post.post.announcement.draft;
  const BodyOptions options{.origin = index.origin, .page = index.absolute(post.path)};
  Html lede;
  if (post.titled && !draft.summary.empty()) lede = tag("p", attr("class", "lede"), draft.summary);
  const Html heading =
      post.titled ? tag("h1", post.title) : tag("h1", attr("class", "hidden"), post.title);
  Html link;
  if (!draft.link.empty() && is_safe_url(draft.link))
    link = tag("p", attr("class", "onward"), our_words(index),
               tag("a", attr("href", draft.link), words::more_at, " ",
                   tag("strong", host_of(draft.link))));
  return together(
      tag("article", attr("class", post.titled ? "post" : "post short"),
          language_of(index, post.language), direction_of(index, post.language),
          tag("header", byline(index, post), heading, draft.warning.empty() ? lede : Html()),
          behind_warning(
              post, together(draft.warning.empty() ? Html() : lede,
                             tag("div", attr("class", "text"), body_html(post.post.text, options)),
                             poll_of(index, post), pictures(index, post, Show::all), link)),
          tag_list(index, post), copies_of(index, post)),
      answers(index, post), neighbours(index, post));
}

}  // namespace

Page front_page(const SiteIndex& index) {
  constexpr std::size_t shown = 20;
  const Organisation& organisation = index.view.organisation;
  PageFrame frame{.path = "/",
                  .title = {},
                  .description = organisation.description,
                  .section = "/",
                  .modified = index.modified};
  Html list;
  for (const SiteChannel& each : index.view.channels) {
    if (!is_ours(each) || each.channel.use == Use::home) continue;
    // Servers that verify a link back look for it here.
    frame.head.add(tag("link", attr("rel", "me"), attr("href", each.channel.url)));
    if (each.channel.use == Use::broadcast)
      list.add(
          tag("li", tag("a", attr("rel", "me"), attr("href", each.channel.url), each.platform)));
  }
  list.add(tag("li", tag("a", attr("href", index.local("/feed.atom")), words::feed)));
  Html main = tag("header", attr("class", "welcome"), tag("h1", organisation.name),
                  organisation.description.empty() ? Html() : tag("p", organisation.description),
                  tag("nav", attr("aria-label", words::follow), our_words(index),
                      tag("ul", attr("class", "row"), list)));
  if (index.posts.empty())
    main.add(tag("p", attr("class", "none"), our_words(index), words::no_posts));
  main.add(post_list(index, newest(index, shown)));
  if (index.posts.size() > shown)
    main.add(tag("p", attr("class", "onward"), our_words(index),
                 tag("a", attr("href", index.local("/archive/")), words::all_posts)));
  return framed(index, frame, main);
}

Page post_page(const SiteIndex& index, const IndexedPost& post) {
  const auto& pictures = shown_at_once(post);
  PageFrame frame{.path = post.path,
                  .title = post.title,
                  .description = page_description(post.excerpt),
                  .section = "/",
                  .og_type = "article",
                  .picture = pictures.empty() ? nullptr : &pictures.front(),
                  .modified = changed_with(index, post)};
  frame.head = together(tag("meta", attr("property", "article:published_time"),
                            attr("content", iso_time(post.post.published))),
                        tag("meta", attr("property", "article:modified_time"),
                            attr("content", iso_time(post.post.updated))),
                        json_data(article_data(index, post)));
  return framed(index, frame, post_main(index, post));
}

bool archive_is_paged(const SiteIndex& index) {
  constexpr std::size_t many = 100;
  return index.posts.size() > many && index.by_year.size() > 1;
}

Page archive_page(const SiteIndex& index, int year) {
  const bool paged = archive_is_paged(index);
  const std::string path = year == 0 ? "/archive/" : "/archive/" + std::to_string(year) + "/";
  const int shown = year != 0 || !paged ? year : index.by_year.begin()->first;
  PageFrame frame{
      .path = path,
      .title = std::string(words::archive) + (year == 0 ? "" : " " + std::to_string(year)),
      .description = words::count_of_posts(index.posts.size()),
      .section = "/archive/",
      .modified = index.modified};
  Html main = tag("header", attr("class", "plain"), our_words(index), tag("h1", words::archive),
                  tag("p", words::count_of_posts(index.posts.size())));
  if (paged) {
    Html years;
    for (const auto& [each, posts] : index.by_year) {
      const std::string label = std::to_string(each);
      years.add(tag("li", tag("a", attr("href", index.local("/archive/" + label + "/")),
                              each == shown ? attr("aria-current", "page") : Attribute(), label)));
    }
    main.add(tag("nav", attr("aria-label", words::by_year), our_words(index),
                 tag("ul", attr("class", "row years"), years)));
  }
  for (const auto& [each, posts] : index.by_year) {
    if (shown != 0 && each != shown) continue;
    main.add(tag("section", attr("class", "year"), tag("h2", std::to_string(each)),
                 title_list(index, posts)));
  }
  if (!index.view.past.empty())
    main.add(tag("p", attr("class", "note"), our_words(index), words::past_lead, " ",
                 tag("a", attr("href", index.local(index.view.past)), words::past)));
  return framed(index, frame, main);
}

Page tag_page(const SiteIndex& index, const std::string& segment) {
  const TagPage& page = index.by_tag.at(segment);
  Micros modified = 0;
  for (const IndexedPost* post : page.posts) modified = std::max(modified, post->post.updated);
  const PageFrame frame{.path = "/tags/" + segment + "/",
                        .title = "#" + page.tag,
                        .description = words::count_of_posts(page.posts.size()),
                        .section = {},
                        .modified = modified};
  return framed(
      index, frame,
      together(tag("header", attr("class", "plain"), tag("h1", attr("dir", "auto"), "#" + page.tag),
                   tag("p", our_words(index), words::count_of_posts(page.posts.size()))),
               title_list(index, page.posts)));
}

namespace {

Html since_words(const SiteIndex& index, const Channel& channel) {
  const auto since = parse_day(channel.since);
  if (!since) return {};
  return together(" ", words::since, " ", time_tag(index, *since), ".");
}

Html channel_card(const SiteIndex& index, const SiteChannel& each) {
  const Use use = each.channel.use;
  const std::string url = use == Use::home ? index.absolute("/") : each.channel.url;
  const bool active = use == Use::home || use == Use::broadcast;
  Html address = tag("span", attr("class", "address"), attr("dir", "ltr"), address_of(url));
  if (!url.empty() && use != Use::closed)
    address = tag("a", attr("class", "address"), attr("dir", "ltr"), attr("href", url),
                  use == Use::home ? Attribute() : attr("rel", "me"), address_of(url));
  return tag("li",
             tag("h3", use == Use::home ? std::string(words::this_site) : each.platform,
                 tag("span", attr("class", active ? "use on" : "use"), our_words(index),
                     words::use_label(use))),
             url.empty() ? Html() : tag("p", address),
             tag("p", attr("class", "note"), our_words(index), words::use_sentence(use),
                 since_words(index, each.channel)));
}

Html feed_card(const SiteIndex& index, std::string_view title, std::string_view path) {
  return tag("li", tag("h3", title),
             tag("p", tag("a", attr("class", "address"), attr("dir", "ltr"),
                          attr("href", index.local(path)), address_of(index.absolute(path)))));
}

}  // namespace

Page channels_page(const SiteIndex& index) {
  PageFrame frame{.path = "/channels/",
                  .title = std::string(words::channels),
                  .description = std::string(words::channels_lead),
                  .section = "/channels/"};
  Html active;
  Html quiet;
  for (const SiteChannel& each : index.view.channels) {
    if (!each.channel.listed) continue;
    const bool on = each.channel.use == Use::home || each.channel.use == Use::broadcast;
    (on ? active : quiet).add(channel_card(index, each));
  }
  frame.head =
      tag("link", attr("rel", "alternate"), attr("type", "application/json"),
          attr("title", words::machine_readable), attr("href", index.local("/channels.json")));
  Html main = tag("header", attr("class", "plain"), our_words(index), tag("h1", words::channels),
                  tag("p", attr("class", "lede"), words::channels_lead));
  const auto section = [&](std::string_view title, std::string_view lead, const Html& cards) {
    if (cards.empty()) return;
    main.add(tag("section", tag("h2", our_words(index), title),
                 lead.empty() ? Html() : tag("p", our_words(index), lead),
                 tag("ul", attr("class", "cards"), cards)));
  };
  section(words::channels_active, {}, active);
  section(words::channels_quiet, words::quiet_lead, quiet);
  main.add(tag("p", attr("class", "note"), our_words(index), words::report_lead));
  main.add(
      tag("section", tag("h2", our_words(index), words::feeds_title),
          tag("p", our_words(index), words::feeds_lead),
          tag("ul", attr("class", "cards"), feed_card(index, "Atom", "/feed.atom"),
              feed_card(index, "RSS", "/feed.rss"), feed_card(index, "JSON Feed", "/feed.json"))));
  main.add(tag("p", attr("class", "note"), our_words(index),
               tag("a", attr("href", index.local("/channels.json")), words::machine_readable)));
  return framed(index, frame, main);
}

Page missing_page(const SiteIndex& index) {
  const PageFrame frame{.path = "/404.html",
                        .title = std::string(words::missing_title),
                        .description = {},
                        .section = {},
                        .listed = false};
  return framed(index, frame,
                together(tag("header", attr("class", "plain"), our_words(index),
                             tag("h1", words::missing_title), tag("p", words::missing_text)),
                         title_list(index, newest(index, 5))));
}

}  // namespace carillon
