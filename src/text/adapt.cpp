#include "text/adapt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "text/codepoints.hpp"
#include "text/graphemes.hpp"
#include "text/markdown.hpp"
#include "text/split.hpp"

namespace carillon {

namespace {

// "@kim" becomes Kim's handle here; a name without one loses its "@", so that no stranger is told.
std::string with_mentions(std::string_view text, const Draft& draft, const Limits& limits,
                          std::vector<std::string>& warnings) {
  if (!limits.mentions) return std::string(text);
  std::string out;
  std::size_t from = 0;
  for (const Entity& entity : x_mentions(text)) {
    std::size_t end = entity.begin + 1;
    while (end < text.size() && (is_ascii_alnum(char32_t(static_cast<unsigned char>(text[end]))) ||
                                 text[end] == '_' || text[end] == '-'))
      ++end;
    if (end < text.size() && (text[end] == '@' || text[end] == '/')) continue;  // a full handle
    const std::string name(text.substr(entity.begin + 1, end - entity.begin - 1));
    out += text.substr(from, entity.begin - from);
    from = end;
    const auto known = draft.mentions.find(name);
    const Handles* handles = known == draft.mentions.end() ? nullptr : &known->second;
    if (handles != nullptr && handles->contains(limits.platform)) {
      const std::string& handle = handles->at(limits.platform);
      out += handle.starts_with("@") ? handle : "@" + handle;
    } else {
      out += name;
      warnings.push_back(fmt::format("\"@{}\" has no handle for {}, so its \"@\" was left out",
                                     name, limits.platform));
    }
  }
  return out + std::string(text.substr(from));
}

std::string with_link(std::string text, const std::string& link) {
  if (link.empty() || text.find(link) != std::string::npos) return text;
  return text.empty() ? link : text + "\n\n" + link;
}

// Appends hashtags as far as they fit, with `number` behind them, and are not in the text already.
std::string with_tags(std::string text, const Draft& draft, const Limits& limits,
                      const std::string& number = {}) {
  if (!limits.tags) return text;
  bool first = true;
  for (const std::string& tag : draft.tags) {
    std::string word = "#";
    for (const char c : tag) {
      if (c != ' ' && c != '-') word += c;
    }
    if (text.find(word) != std::string::npos) continue;
    const std::string longer = text + (first ? "\n\n" : " ") + word;
    if (!fits(longer + number, limits)) continue;
    text = longer;
    first = false;
  }
  return text;
}

std::vector<std::string> parts_of(std::string_view body) {
  std::vector<std::string> out{""};
  bool fenced = false;
  for (const std::string& line : split(body, '\n')) {
    const std::string_view bare = trim(line);
    if (bare.starts_with("```")) fenced = !fenced;
    if (bare == "---" && !fenced) {
      out.emplace_back();
    } else {
      out.back() += line + "\n";
    }
  }
  std::erase_if(out, [](const std::string& part) { return trim(part).empty(); });
  return out;
}

bool ends_sentence(std::string_view cluster) {
  return cluster == "." || cluster == "!" || cluster == "?" || cluster == "。" || cluster == "！" ||
         cluster == "？" || cluster == "؟";
}

// The longest beginning of `text` that fits with `tail` behind it, cut after a sentence, else after
// a word with "…"; never inside an entity.
std::string beginning(std::string_view text, const std::string& tail, const Limits& limits) {
  const std::vector<Entity> entities =
      limits.entities ? limits.entities(text) : std::vector<Entity>{};
  const auto inside = [&](std::size_t at) {
    return std::any_of(entities.begin(), entities.end(),
                       [&](const Entity& e) { return at > e.begin && at < e.end; });
  };
  std::string sentence;
  std::string words;
  std::size_t start = 0;
  const auto ends = grapheme_ends(text.substr(0, 4096));
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::string_view cluster = text.substr(start, ends[i] - start);
    const bool last = i + 1 == ends.size();
    const bool space_next = last || text[ends[i]] == ' ' || text[ends[i]] == '\n';
    const bool wide = cluster.size() == 3 && ends_sentence(cluster);
    start = ends[i];
    if (inside(start)) continue;
    const std::string head(trim(text.substr(0, start)));
    if (ends_sentence(cluster) && (space_next || wide)) {
      if (!fits(with_link(head, tail), limits)) break;
      sentence = head;
    } else if (space_next && !head.empty()) {
      if (!fits(with_link(head + "…", tail), limits)) break;
      words = last ? head : head + "…";
    }
  }
  return sentence.size() * 3 >= words.size() && !sentence.empty() ? sentence : words;
}

Part make_part(std::string text, const Limits& limits) {
  Part part;
  part.length = limits.count ? limits.count(text) : static_cast<std::int64_t>(text.size());
  part.limit = limits.length;
  if (limits.entities) {
    for (const Entity& entity : limits.entities(text)) {
      const FacetKind kind = entity.kind == EntityKind::url       ? FacetKind::link
                             : entity.kind == EntityKind::mention ? FacetKind::mention
                                                                  : FacetKind::tag;
      part.facets.push_back({kind, static_cast<std::int64_t>(entity.begin),
                             static_cast<std::int64_t>(entity.end), entity.value});
    }
  }
  part.text = std::move(text);
  return part;
}

// The shortest text a person wrote, with the link, that fits; empty when none does.
std::string shortest_text(const Draft& draft, const std::string& link, const Limits& limits,
                          std::vector<std::string>& warnings) {
  std::string best;
  std::string from;
  const auto offer = [&](const std::string& text, const std::string& where) {
    if (trim(text).empty()) return;
    std::vector<std::string> ignored;
    const std::string whole = with_link(with_mentions(text, draft, limits, ignored), link);
    if (!fits(whole, limits) || (!best.empty() && limits.count(whole) >= limits.count(best)))
      return;
    best = whole;
    from = where;
  };
  for (const auto& [channel, text] : draft.texts) offer(text, "the text for " + channel);
  offer(draft.summary, "the summary");
  if (!best.empty())
    warnings.push_back(
        fmt::format("the announcement is too long for {}: {} is used", limits.platform, from));
  return best;
}

const std::string* own_text(const Draft& draft, const std::string& channel, const Limits& limits) {
  for (const std::string& name : {channel, limits.platform}) {
    if (const auto found = draft.texts.find(name); found != draft.texts.end())
      return &found->second;
  }
  return nullptr;
}

// The passages as texts of parts, in a thread where the channel splits.
std::vector<std::string> texts_of(const std::vector<Passage>& passages, const Limits& limits) {
  if (limits.threads == Threads::split) return split_thread(passages, limits);
  std::vector<std::string> out;
  for (const Passage& passage : passages) out.push_back(passage.text);
  return out;
}

// Puts the parts into the rendition, numbered where the channel numbers and no part gets too long
// by it.
void add_parts(std::vector<std::string> texts, const Limits& limits, Rendition& out) {
  if (limits.numbered && texts.size() > 1) {
    std::vector<std::string> numbered = number_thread(texts);
    bool room = true;
    for (std::size_t i = 0; i < texts.size(); ++i)
      room = room && (fits(numbered[i], limits) || !fits(texts[i], limits));
    if (room) {
      texts = std::move(numbered);
    } else {
      out.warnings.push_back(
          fmt::format("the parts have no numbers on {}: with \" (1/{})\" one would be too long",
                      out.channel, texts.size()));
    }
  }
  for (std::string& text : texts) out.parts.push_back(make_part(std::move(text), limits));
}

// The body between a person's breaks, as the platform writes it, with the link.
std::vector<Passage> body_of(const Draft& draft, const std::string& link, const Limits& limits,
                             std::vector<std::string>& warnings) {
  std::vector<Passage> out;
  for (const std::string& part : parts_of(draft.body)) {
    if (limits.markup == Markup::markdown) {
      out.push_back({with_mentions(trim(part), draft, limits, warnings), {}});
    } else {
      out.push_back(
          passage_of_marked(with_mentions(markdown_to_marked(part), draft, limits, warnings)));
    }
  }
  if (out.empty() && !draft.summary.empty()) out.push_back({draft.summary, {}});
  if (limits.threads == Threads::never && out.size() > 1) {
    std::string joined;
    for (const Passage& one : out) joined += (joined.empty() ? "" : "\n\n") + one.text;
    out = {{joined, {}}};
  }
  if (!out.empty() && limits.markup != Markup::markdown)
    out.back().text = with_link(out.back().text, link);
  return out;
}

void fill_text(const Announcement& announcement, const std::string& channel, const Limits& limits,
               Rendition& out) {
  const Draft& draft = announcement.draft;
  const std::string link = draft.link.empty() ? announcement.permalink : draft.link;
  if (const std::string* own = own_text(draft, channel, limits)) {
    out.used = Used::own;
    std::vector<Passage> passages;
    for (const std::string& part : parts_of(*own))
      passages.push_back({with_mentions(trim(part), draft, limits, out.warnings), {}});
    add_parts(texts_of(passages, limits), limits, out);
    return;
  }
  const std::vector<Passage> passages = body_of(draft, link, limits, out.warnings);
  std::vector<std::string> texts = texts_of(passages, limits);
  if (!texts.empty() && limits.markup != Markup::markdown) {
    const bool numbered = limits.numbered && texts.size() > 1;
    texts.back() = with_tags(texts.back(), draft, limits,
                             numbered ? number_mark("", texts.size(), texts.size()) : "");
  }
  const bool sendable = texts.size() <= std::max(limits::thread_parts, passages.size());
  const bool whole =
      !texts.empty() && sendable &&
      std::all_of(texts.begin(), texts.end(), [&](const auto& text) { return fits(text, limits); });
  if (whole) {
    add_parts(std::move(texts), limits, out);
    return;
  }
  std::string best = shortest_text(draft, link, limits, out.warnings);
  out.used = best.empty() ? Used::summary : Used::shortest;
  if (best.empty()) {
    const std::string source = !draft.summary.empty() ? draft.summary
                               : !draft.title.empty() ? draft.title
                               : passages.empty()     ? ""
                                                      : passages.front().text;
    best = with_link(beginning(source, link, limits), link);
    out.warnings.push_back(
        fmt::format("the announcement is too long for {} and nobody wrote a shorter text: its "
                    "beginning and the "
                    "link are used",
                    limits.platform));
  }
  out.parts.push_back(make_part(with_tags(best, draft, limits), limits));
}

std::string named(const Media& media) {
  return media.file.empty() ? "a picture" : media.file;
}

void check_alt(const Media& media, const ImageLimits& limits, Rendition& out) {
  if (trim(media.alt).empty()) {
    auto& where = limits.alt_required ? out.blockers : out.warnings;
    where.push_back(
        fmt::format("{} has no alt text: write under \"alt\" what those who cannot see it need to "
                    "know",
                    named(media)));
    return;
  }
  const std::int64_t length = limits.alt_count
                                  ? limits.alt_count(media.alt)
                                  : std::count_if(media.alt.begin(), media.alt.end(), [](char c) {
                                      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
                                    });
  if (limits.alt_length > 0 && length > limits.alt_length)
    out.blockers.push_back(fmt::format("the alt text of {} is {} long, {} takes {}: shorten it",
                                       named(media), length, out.channel, limits.alt_length));
}

// The pictures go with the first part, as many as the platform takes.
void add_pictures(const Draft& draft, const ImageLimits& limits, Rendition& out) {
  if (draft.media.empty() || out.parts.empty()) return;
  std::string left;
  for (std::size_t i = 0; i < draft.media.size(); ++i) {
    if (std::cmp_less(i, limits.count)) {
      out.parts.front().media.push_back(static_cast<std::int64_t>(i));
      check_alt(draft.media[i], limits, out);
    } else {
      left += (left.empty() ? "" : ", ") + named(draft.media[i]);
    }
  }
  if (left.empty()) return;
  out.warnings.push_back(limits.count <= 0
                             ? fmt::format("{} takes no pictures; left out: {}", out.channel, left)
                             : fmt::format("{} takes only {} of the pictures; left out: {}",
                                           out.channel, limits.count, left));
}

}  // namespace

Rendition adapt(const Announcement& announcement, const std::string& channel,
                const Limits& limits) {
  Rendition out;
  out.channel = channel;
  out.platform = limits.platform;
  out.language = announcement.draft.language;
  fill_text(announcement, channel, limits, out);
  add_pictures(announcement.draft, limits.image, out);
  if (out.parts.size() > limits::thread_parts)
    out.blockers.push_back(fmt::format("a thread of {} parts; at most {} are sent",
                                       out.parts.size(), limits::thread_parts));
  if (out.parts.empty() || out.parts.front().text.empty())
    out.blockers.push_back("there is no text to show here");
  for (const Part& part : out.parts) {
    if (!fits(part.text, limits))
      out.blockers.push_back(
          fmt::format("a part is {} long, {} takes {}: write a shorter text for it under \"texts\"",
                      part.length, channel, part.limit));
  }
  return out;
}

}  // namespace carillon
