#include "home/layout.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "home/body.hpp"
#include "home/words.hpp"

namespace carillon {

namespace {

// A text no longer than this stands whole in a list of announcements.
constexpr std::size_t whole_text_bytes = 1500;

Html meta(std::string_view name, std::string_view content) {
  return content.empty() ? Html() : tag("meta", attr("name", name), attr("content", content));
}

Html property(std::string_view name, std::string_view content) {
  return content.empty() ? Html() : tag("meta", attr("property", name), attr("content", content));
}

Html alternate(std::string_view type, std::string_view title, const std::string& href) {
  return tag("link", attr("rel", "alternate"), attr("type", type), attr("title", title),
             attr("href", href));
}

// Open Graph (ogp.me) and the card X and others draw.
Html preview_tags(const SiteIndex& index, const PageFrame& frame, const std::string& title) {
  const Organisation& organisation = index.view.organisation;
  Html out = together(property("og:type", frame.og_type), property("og:title", title),
                      property("og:url", index.absolute(frame.path)),
                      property("og:site_name", organisation.name),
                      property("og:description", frame.description));
  if (frame.picture != nullptr) {
    const SitePicture& picture = *frame.picture;
    out.add(property("og:image", index.absolute(picture.path)));
    out.add(property("og:image:type", picture.mime));
    if (picture.width > 0 && picture.height > 0) {
      out.add(property("og:image:width", std::to_string(picture.width)));
      out.add(property("og:image:height", std::to_string(picture.height)));
    }
    out.add(property("og:image:alt", picture.alt));
  } else if (!index.view.logo.empty()) {
    out.add(property("og:image", index.absolute(index.view.logo)));
  }
  out.add(meta("twitter:card", frame.picture != nullptr ? "summary_large_image" : "summary"));
  return out;
}

Html head_of(const SiteIndex& index, const PageFrame& frame) {
  const Organisation& organisation = index.view.organisation;
  const std::string title = frame.title.empty() ? organisation.name : frame.title;
  const std::string feed_title = organisation.name;
  Html out = together(tag("meta", attr("charset", "utf-8")),
                      meta("viewport", "width=device-width, initial-scale=1"),
                      tag("title", frame.title.empty() ? title : title + " · " + organisation.name),
                      meta("description", frame.description));
  if (frame.listed) {
    out.add(tag("link", attr("rel", "canonical"), attr("href", index.absolute(frame.path))));
    out.add(preview_tags(index, frame, title));
  } else {
    out.add(meta("robots", "noindex"));
  }
  out.add(together(
      alternate("application/atom+xml", feed_title + " (Atom)", index.local("/feed.atom")),
      alternate("application/rss+xml", feed_title + " (RSS)", index.local("/feed.rss")),
      alternate("application/feed+json", feed_title + " (JSON Feed)", index.local("/feed.json")),
      tag("link", attr("rel", "icon"), attr("type", "image/svg+xml"),
          attr("href", index.local("/favicon.svg"))),
      tag("link", attr("rel", "stylesheet"), attr("href", index.local(style_path()))),
      meta("color-scheme", "light dark"), frame.head));
  return out;
}

Html nav_link(const SiteIndex& index, const PageFrame& frame, std::string_view path,
              std::string_view label) {
  const bool here = frame.section == path;
  return tag(
      "li",
      tag("a", attr("href", index.local(path)),
          here ? attr("aria-current", frame.path == path ? "page" : "true") : Attribute(), label));
}

Html header_of(const SiteIndex& index, const PageFrame& frame) {
  const std::string mark =
      index.local(index.view.logo.empty() ? std::string("/favicon.svg") : index.view.logo);
  return tag(
      "header", attr("class", "top"),
      tag("a", attr("class", "brand"), attr("href", index.local("/")),
          tag("img", attr("src", mark), attr("alt", ""), attr("width", 36), attr("height", 36)),
          tag("span", index.view.organisation.name)),
      tag("nav", attr("aria-label", words::navigation), our_words(index),
          tag("ul", nav_link(index, frame, "/", words::announcements),
              nav_link(index, frame, "/archive/", words::archive),
              nav_link(index, frame, "/channels/", words::channels_short))));
}

Html footer_of(const SiteIndex& index) {
  Html channels;
  for (const SiteChannel& each : index.view.channels) {
    const Use use = each.channel.use;
    if (!each.channel.listed || each.channel.url.empty() || use != Use::broadcast) continue;
    channels.add(tag("li", tag("a", attr("href", each.channel.url), each.platform)));
  }
  return tag(
      "footer", attr("class", "bottom"),
      tag("div", tag("p", attr("class", "owner"), index.view.organisation.name),
          tag("ul", attr("class", "row"), our_words(index), channels,
              tag("li", tag("a", attr("href", index.local("/feed.atom")), "Atom")),
              tag("li", tag("a", attr("href", index.local("/feed.rss")), "RSS")),
              tag("li", tag("a", attr("href", index.local("/feed.json")), "JSON Feed")),
              tag("li", tag("a", attr("href", index.local("/channels/")), words::channels)),
              index.view.propose.empty()
                  ? Html()
                  : tag("li",
                        tag("a", attr("href", index.local(index.view.propose)), words::propose)),
              index.view.past.empty()
                  ? Html()
                  : tag("li", tag("a", attr("href", index.local(index.view.past)), words::past)))));
}

Html picture_tag(const SiteIndex& index, const SitePicture& picture, bool lazy) {
  return tag("img", attr("src", index.local(picture.path)), attr("alt", picture.alt),
             picture.width > 0 ? attr("width", picture.width) : Attribute(),
             picture.height > 0 ? attr("height", picture.height) : Attribute(),
             lazy ? attr("loading", "lazy") : Attribute(), attr("decoding", "async"));
}

}  // namespace

Attribute language_of(const SiteIndex& index, std::string_view language) {
  return language == index.view.organisation.language ? Attribute() : attr("lang", language);
}

Attribute direction_of(const SiteIndex& index, std::string_view language) {
  const std::string_view direction = words::direction(language);
  return direction == words::direction(index.view.organisation.language) ? Attribute()
                                                                         : attr("dir", direction);
}

Attribute our_words(const SiteIndex& index) {
  const std::string language = lower_ascii(index.view.organisation.language);
  return language.empty() || language == "en" || language.starts_with("en-") ? Attribute()
                                                                             : attr("lang", "en");
}

Page framed(const SiteIndex& index, const PageFrame& frame, const Html& main) {
  const std::string& own = index.view.organisation.language;
  const std::string language = own.empty() ? "en" : own;
  const Html document = tag(
      "html", attr("lang", language), attr("dir", words::direction(language)),
      tag("head", head_of(index, frame)),
      tag("body",
          tag("a", attr("class", "skip"), attr("href", "#content"), our_words(index), words::skip),
          header_of(index, frame), tag("main", attr("id", "content"), attr("tabindex", "-1"), main),
          footer_of(index)));
  return Page{frame.path, std::string(html_type), "<!DOCTYPE html>\n" + document.str() + "\n",
              frame.modified, false};
}

Html time_tag(const SiteIndex& index, Micros at) {
  return tag("time", attr("datetime", iso_time(at)), our_words(index), attr("dir", "auto"),
             words::long_date(at));
}

Html kind_tag(const SiteIndex& index, Kind kind) {
  const std::string_view label = words::kind_label(kind);
  if (label.empty()) return {};
  return tag("span", attr("class", "kind kind-" + word_of(kind)), our_words(index), label);
}

const std::vector<SitePicture>& shown_at_once(const IndexedPost& post) {
  static const std::vector<SitePicture> none;
  return post.post.announcement.draft.warning.empty() ? post.post.pictures : none;
}

Html pictures(const SiteIndex& index, const IndexedPost& post, Show show) {
  const bool first_only = show != Show::all;
  const auto& all = post.post.pictures;
  if (all.empty()) return {};
  Html inner;
  for (const SitePicture& picture : all) {
    inner.add(picture_tag(index, picture, show == Show::first));
    if (first_only) break;
  }
  const std::size_t shown = first_only ? 1 : all.size();
  return tag("div", attr("class", shown > 1 ? "pictures several" : "pictures"), inner);
}

Html poll_of(const SiteIndex& index, const IndexedPost& post) {
  const auto& poll = post.post.announcement.draft.poll;
  // Nobody could choose where there is no account that votes come to.
  if (!poll || index.view.account.empty()) return {};
  const SiteTally& tally = post.post.tally;
  Html options;
  for (std::size_t i = 0; i < poll->options.size(); ++i) {
    const std::int64_t votes = i < tally.votes.size() ? tally.votes[i] : 0;
    const std::int64_t share =
        tally.voters == 0 ? 0 : (votes * 100 + tally.voters / 2) / tally.voters;
    options.add(tag("li", tag("span", attr("class", "option"), poll->options[i]),
                    tally.voters == 0 ? Html()
                                      : tag("span", attr("class", "votes"), our_words(index),
                                            words::votes(votes, share)),
                    tag("progress", attr("max", std::max<std::int64_t>(tally.voters, 1)),
                        attr("value", votes), attr("aria-hidden", "true"))));
  }
  const std::string state = words::poll_state(tally.ended, tally.closes, tally.voters);
  return tag("section", attr("class", "poll"), attr("aria-label", words::poll), tag("ul", options),
             tag("p", attr("class", "note"), our_words(index), state, poll->several ? " " : "",
                 poll->several ? words::several : std::string_view(), tally.ended ? "" : " ",
                 tally.ended ? std::string() : words::how_to_vote(index.view.account)));
}

Html behind_warning(const IndexedPost& post, const Html& inner) {
  const std::string& warning = post.post.announcement.draft.warning;
  return warning.empty() ? inner : tag("details", tag("summary", warning), inner);
}

Html tag_list(const SiteIndex& index, const IndexedPost& post) {
  Html items;
  for (const std::string& name : post.post.announcement.draft.tags) {
    const std::string segment = tag_segment(name);
    if (segment.empty()) continue;
    items.add(tag("li", tag("a", attr("rel", "tag"), attr("dir", "auto"),
                            attr("href", index.local("/tags/" + segment + "/")), "#" + name)));
  }
  if (items.empty()) return {};
  return tag("nav", attr("class", "tags"), attr("aria-label", words::tags),
             tag("ul", attr("class", "row"), items));
}

Html title_list(const SiteIndex& index, const std::vector<const IndexedPost*>& posts) {
  Html items;
  for (const IndexedPost* post : posts) {
    items.add(
        tag("li",
            tag("time", attr("datetime", iso_time(post->post.published)), our_words(index),
                words::day_month(post->post.published)),
            tag("a", attr("href", index.local(post->path)), language_of(index, post->language),
                direction_of(index, post->language), post->title)));
  }
  return tag("ul", attr("class", "titles"), items);
}

Html post_list(const SiteIndex& index, const std::vector<const IndexedPost*>& posts) {
  Html out;
  for (const IndexedPost* post : posts) {
    const std::string href = index.local(post->path);
    const BodyOptions options{.origin = index.origin,
                              .page = index.absolute(post->path),
                              .resolve = true,
                              .bare = false,
                              .heading = 3};
    const bool whole = !post->shortened && post->post.text.size() < whole_text_bytes;
    Html text = whole ? body_html(post->post.text, options) : tag("p", post->excerpt);
    if (!whole)
      text.add(tag("p", attr("class", "more"), our_words(index),
                   tag("a", attr("href", href), words::read_more,
                       tag("span", attr("class", "hidden"), ": " + post->title))));
    const Html when = time_tag(index, post->post.published);
    const Show show = post == posts.front() ? Show::first_at_once : Show::first;
    out.add(tag(
        "article", attr("class", "entry"),
        tag("div", attr("class", "when"), post->titled ? when : tag("a", attr("href", href), when),
            kind_tag(index, post->post.announcement.draft.kind)),
        tag("div", attr("class", "what"), language_of(index, post->language),
            direction_of(index, post->language),
            post->titled ? tag("h2", tag("a", attr("href", href), post->title))
                         : tag("h2", attr("class", "hidden"), post->title),
            tag("div", attr("class", "text"), text),
            shown_at_once(*post).empty() ? Html() : pictures(index, *post, show))));
  }
  return out;
}

}  // namespace carillon
