#include "text/adapt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "text/additions.hpp"
#include "text/beginning.hpp"
#include "text/breaks.hpp"
#include "text/markdown.hpp"
#include "text/mentions.hpp"
#include "text/split.hpp"

namespace carillon {

namespace {

// The text between a person's breaks: lines "---" outside of code.
std::vector<std::string> parts_of(std::string_view body) {
  std::vector<std::string> out{""};
  Fence open;
  for (const std::string& line : split(body, '\n')) {
    const Fence fence = fence_of(line);
    if (open.sign == 0) {
      open = fence;
    } else if (fence.sign == open.sign && fence.bare && fence.size >= open.size) {
      open = {};
    }
    if (trim(line) == "---" && open.sign == 0) {
      out.emplace_back();
    } else {
      out.back() += line + "\n";
    }
  }
  std::erase_if(out, [](const std::string& part) { return trim(part).empty(); });
  return out;
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

bool fit(const std::vector<std::string>& parts, const Limits& limits) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return fits(part, limits); });
}

// Chooses the text of a rendition, by the order that adapt() states.
class Choice {
 public:
  Choice(const Announcement& announcement, const Limits& limits, Rendition& out)
      : draft_(announcement.draft), limits_(limits), out_(out) {
    link_ = draft_.link.empty() ? announcement.permalink : draft_.link;
    carded_ = limits.card && !draft_.title.empty() && draft_.media.empty();
  }

  void take() {
    if (const std::string* own = own_text(draft_, out_.channel, limits_)) {
      out_.used = Used::own;
      return put(texts_of(warned(passages_of(*own, Written::own, out_.warnings)), limits_));
    }
    body_ = warned(body(body_warnings_));
    if (full() || shortest()) return;
    beginning();
  }

 private:
  void put(std::vector<std::string> parts) { add_parts(std::move(parts), limits_, out_); }

  // A text as a person wrote it, between the breaks.
  std::vector<Passage> passages_of(std::string_view text, Written written,
                                   std::vector<std::string>& warnings) const {
    std::vector<Passage> out;
    for (const std::string& part : parts_of(text))
      out.push_back(
          with_mentions({std::string(trim(part)), {}}, written, draft_, limits_, warnings));
    return out;
  }

  // The body between the breaks, as the platform writes it.
  std::vector<Passage> body(std::vector<std::string>& warnings) const {
    if (trim(draft_.body).empty()) return passages_of(draft_.summary, Written::shared, warnings);
    if (limits_.markup == Markup::markdown) {
      std::vector<Passage> out = passages_of(draft_.body, Written::shared, warnings);
      return limits_.threads == Threads::never ? joined(std::move(out)) : out;
    }
    std::vector<Passage> out;
    for (const std::string& part : parts_of(draft_.body)) {
      Passage passage = passage_of_marked(markdown_to_marked(part));
      if (!passage.text.empty())
        out.push_back(
            with_mentions(std::move(passage), Written::shared, draft_, limits_, warnings));
    }
    return limits_.threads == Threads::never ? joined(std::move(out)) : out;
  }

  // The content warning in front, where the platform shows it nowhere else.
  std::vector<Passage> warned(std::vector<Passage> passages) const {
    if (limits_.warning || draft_.warning.empty() || passages.empty()) return passages;
    Passage warning{draft_.warning, {{0, draft_.warning.size()}}};
    passages.front() = joined({std::move(warning), std::move(passages.front())}).front();
    return passages;
  }

  static std::vector<Passage> joined(std::vector<Passage> passages) {
    if (passages.size() < 2) return passages;
    Passage out;
    for (const Passage& one : passages) {
      if (!out.text.empty()) out.text += "\n\n";
      for (const Whole& whole : one.whole)
        out.whole.push_back({out.text.size() + whole.begin, out.text.size() + whole.end});
      out.text += one.text;
    }
    return {out};
  }

  // Where the home's address, or an address that the card carries, may be left out of the text.
  bool may_drop_link() const { return !link_.empty() && (draft_.link.empty() || carded_); }

  void warn_of_dropped_link() {
    if (carded_) return;
    out_.warnings.push_back(
        fmt::format("the link to the post on your home was left out on {}: with it the text would "
                    "be too long",
                    out_.channel));
  }

  // The parts of the whole text with this link and the tags; empty where they do not fit.
  std::vector<std::string> whole(std::vector<Passage> passages, const std::string& link,
                                 std::vector<std::string>& warnings) const {
    const std::size_t breaks = passages.size();
    const bool plain = limits_.markup != Markup::markdown;
    if (passages.empty()) return {};
    if (plain) passages.back().text = with_link(passages.back().text, link, limits_);
    std::vector<std::string> parts = texts_of(passages, limits_);
    if (parts.size() > std::max(limits::thread_parts, breaks) || !fit(parts, limits_)) return {};
    if (plain) add_tags(parts, draft_, limits_, number_of(parts), warnings);
    return parts;
  }

  std::string number_of(const std::vector<std::string>& parts) const {
    return limits_.numbered && parts.size() > 1 ? number_mark("", parts.size(), parts.size()) : "";
  }

  bool full() {
    std::vector<std::string> warnings = body_warnings_;
    std::vector<std::string> parts = whole(body_, link_, warnings);
    bool dropped = false;
    // One post without the link is better than a shortened text, and than a thread for the link.
    if (may_drop_link() && parts.size() != body_.size()) {
      std::vector<std::string> others = body_warnings_;
      std::vector<std::string> bare = whole(body_, "", others);
      dropped = !bare.empty() && (parts.empty() || bare.size() == body_.size());
      if (dropped) {
        parts = std::move(bare);
        warnings = std::move(others);
      }
    }
    if (parts.empty()) return false;
    out_.used = Used::full;
    for (std::string& warning : warnings) out_.warnings.push_back(std::move(warning));
    if (dropped) warn_of_dropped_link();
    put(std::move(parts));
    return true;
  }

  std::string why() const {
    return body_.empty() ? "the post has no text of its own"
                         : fmt::format("the announcement is too long for {}", out_.channel);
  }

  struct Candidate {
    std::vector<std::string> parts;
    std::int64_t length = 0;
    std::string from;
    std::vector<std::string> warnings;
  };

  void offer(const std::string& text, const std::string& from, const std::string& link,
             Candidate& best) const {
    Candidate one{{}, 0, from, {}};
    std::vector<Passage> passages = warned(passages_of(text, Written::shared, one.warnings));
    if (passages.empty() || (limits_.threads == Threads::never && passages.size() > 1)) return;
    passages.back().text = with_link(passages.back().text, link, limits_);
    for (const Passage& passage : passages) {
      one.parts.push_back(passage.text);
      one.length += limits_.count(passage.text);
    }
    if (!fit(one.parts, limits_)) return;
    if (best.parts.empty() ||
        std::pair(one.parts.size(), one.length) < std::pair(best.parts.size(), best.length))
      best = std::move(one);
  }

  // The shortest text a person wrote, with the link, that fits: one post before a thread.
  bool shortest() {
    Candidate best;
    bool dropped = false;
    for (const bool bare : {false, true}) {
      if (!best.parts.empty() || (bare && !may_drop_link())) break;
      dropped = bare;
      const std::string link = bare ? "" : link_;
      for (const auto& [channel, text] : draft_.texts)
        offer(text, "the text for " + channel, link, best);
      offer(draft_.summary, "the summary", link, best);
    }
    if (best.parts.empty()) return false;
    out_.used = Used::shortest;
    out_.warnings.push_back(fmt::format("{}: {} is used", why(), best.from));
    for (std::string& warning : best.warnings) out_.warnings.push_back(std::move(warning));
    if (dropped) warn_of_dropped_link();
    add_tags(best.parts, draft_, limits_, number_of(best.parts), out_.warnings);
    put(std::move(best.parts));
    return true;
  }

  void beginning() {
    std::vector<std::string> warnings;
    const bool summary = !trim(draft_.summary).empty();
    const std::string& line = summary ? draft_.summary : draft_.title;
    const std::string name = summary ? "summary" : "title";
    Passage source;
    if (!trim(line).empty()) {
      source = with_mentions({line, {}}, Written::shared, draft_, limits_, warnings);
      source = warned({std::move(source)}).front();
    } else if (!body_.empty()) {
      source = body_.front();
      warnings = body_warnings_;
    }
    const Beginning found = beginning_of(source, link_, limits_);
    const std::string what = found.text.empty()   ? ""
                             : trim(line).empty() ? "its beginning"
                             : found.whole        ? "its " + name
                                                  : "the beginning of its " + name;
    const std::string link = link_.empty() ? "" : "the link";
    const bool both = !what.empty() && !link.empty();
    out_.used = Used::summary;
    if (!what.empty() || !link.empty())
      out_.warnings.push_back(fmt::format("{}{}: {}{}{} {} used", why(),
                                          body_.empty() ? "" : " and nobody wrote a shorter text",
                                          what, both ? " and " : "", link, both ? "are" : "is"));
    for (std::string& warning : warnings) out_.warnings.push_back(std::move(warning));
    std::vector<std::string> parts{with_link(found.text, link_, limits_)};
    add_tags(parts, draft_, limits_, "", out_.warnings);
    out_.parts.push_back(make_part(std::move(parts.front()), limits_));
  }

  const Draft& draft_;
  const Limits& limits_;
  Rendition& out_;
  std::string link_;
  bool carded_ = false;  // the platform shows the link whether or not the text does
  std::vector<Passage> body_;
  std::vector<std::string> body_warnings_;
};

std::string named(const Media& media) {
  return media.file.empty() ? "a picture" : media.file;
}

std::int64_t code_points_in(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
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
  const std::int64_t length =
      limits.alt_count ? limits.alt_count(media.alt) : code_points_in(media.alt);
  if (limits.alt_length > 0 && length > limits.alt_length)
    out.blockers.push_back(fmt::format("the alt text of {} is {} long, {} takes {}: shorten it",
                                       named(media), length, out.channel, limits.alt_length));
}

// The poll goes with the first part, where the platform has polls.
void add_poll(const Draft& draft, const PollLimits& limits, Rendition& out) {
  if (!draft.poll) return;
  if (limits.options <= 0) {
    out.warnings.push_back(
        fmt::format("{} has no polls: the options are not shown there; a text of its own under "
                    "\"texts\" can say "
                    "where to vote",
                    out.channel));
    return;
  }
  out.poll = true;
  const auto& options = draft.poll->options;
  if (std::cmp_greater(options.size(), limits.options))
    out.blockers.push_back(fmt::format("the poll has {} options, {} takes {}", options.size(),
                                       out.channel, limits.options));
  for (const std::string& option : options) {
    const std::int64_t length = code_points_in(option);
    if (limits.length > 0 && length > limits.length)
      out.blockers.push_back(fmt::format("the option \"{}\" is {} long, {} takes {}: shorten it",
                                         option, length, out.channel, limits.length));
  }
}

// The pictures go with the first part, as many as the platform takes.
void add_pictures(const Draft& draft, const Limits& all, Rendition& out) {
  if (draft.media.empty() || out.parts.empty()) return;
  if (out.poll && !all.poll.beside_pictures) {
    out.warnings.push_back(
        fmt::format("{} shows no picture beside a poll: left out there", out.channel));
    return;
  }
  const ImageLimits& limits = all.image;
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

// A picture written into the text is no picture of the announcement.
void warn_of_pictures(const Draft& draft, const Limits& limits, Rendition& out) {
  if (!draft.warning.empty() && !limits.warning && !draft.media.empty())
    out.warnings.push_back(fmt::format(
        "{} has no place for a content warning: it begins the text, and hides no picture",
        out.channel));
  if (has_picture(draft.body, true)) {
    out.warnings.push_back("a picture inside the text is shown nowhere: put it under \"media\"");
  } else if (limits.markup == Markup::plain && out.used == Used::full &&
             has_picture(draft.body, false)) {
    out.warnings.push_back(fmt::format(
        "a picture inside the text is not shown on {}: put it under \"media\"", out.channel));
  }
}

}  // namespace

Rendition adapt(const Announcement& announcement, const std::string& channel,
                const Limits& limits) {
  Rendition out;
  out.channel = channel;
  out.platform = limits.platform;
  out.language = announcement.draft.language;
  if (limits.warning) out.warning = announcement.draft.warning;
  if (!announcement.draft.answers.empty() && !limits.answers)
    out.blockers.emplace_back("an answer stands on the home only: name no other channel");
  Choice(announcement, limits, out).take();
  add_poll(announcement.draft, limits.poll, out);
  add_pictures(announcement.draft, limits, out);
  warn_of_pictures(announcement.draft, limits, out);
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
