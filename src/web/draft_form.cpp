#include "web/draft_form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/bytes.hpp"
#include "core/post_text.hpp"

namespace carillon {

namespace {

constexpr int body_rows = 14;
constexpr std::string_view text_of = "text-";  // a field's name before the channel's
constexpr std::string_view alt_of = "alt-";
constexpr const char* poll_options = "poll-options";
constexpr const char* poll_hours = "poll-hours";
constexpr const char* poll_several = "poll-several";

// A form sends CR LF between lines (WHATWG HTML 4.10.21.6).
std::string plain_lines(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\r') out += c;
  }
  return out;
}

bool is_sent(const QueryPairs& sent, std::string_view name, std::string_view value) {
  return std::any_of(sent.begin(), sent.end(),
                     [&](const auto& pair) { return pair.first == name && pair.second == value; });
}

// Those that a draft may go to, and those it names.
std::vector<std::string> offered(const Workplace& place, const Draft& draft) {
  std::vector<std::string> out = place.hub->channels_of({}, {});
  for (const std::string& name : draft.channels) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

Html option(std::string_view value, std::string_view label, bool chosen) {
  return tag("option", attr("value", value), chosen ? attr("selected") : Attribute(), label);
}

Html kind_field(Kind chosen) {
  Html options;
  for (const Kind one :
       {Kind::general, Kind::release, Kind::security, Kind::event, Kind::blog, Kind::amplify})
    options.add(option(word_of(one), word_of(one), one == chosen));
  return tag("p", attr("class", "field"), tag("label", attr("for", "kind"), "Kind"),
             tag("span", attr("class", "hint"), attr("id", "kind-hint"),
                 "It decides whose approval is needed."),
             tag("select", attr("id", "kind"), attr("name", "kind"),
                 attr("aria-describedby", "kind-hint"), options));
}

Html channel_fields(const Workplace& place, const Draft& draft, const Problems& problems) {
  // Where none was chosen, none is: a draft without channels stands for all of them.
  const auto problem = std::find_if(problems.begin(), problems.end(),
                                    [](const Problem& one) { return one.field == "channel"; });
  const bool none = problem != problems.end();
  const auto chosen = place.hub->channels_of(draft, {});
  Html boxes;
  for (const std::string& name : offered(place, draft)) {
    const bool on = !none && std::find(chosen.begin(), chosen.end(), name) != chosen.end();
    const auto channel = place.hub->channel(name);
    const std::string network =
        channel ? place.hub->network_of(name, channel->platform) : std::string();
    const bool says_more = !network.empty() && !same_ignoring_case(network, name);
    boxes.add(tag("label", attr("class", "check"),
                  tag("input", attr("type", "checkbox"), attr("name", "channel"),
                      attr("value", name), on ? attr("checked") : Attribute()),
                  tag("span", name),
                  says_more ? tag("span", attr("class", "hint"), network) : Html()));
  }
  return tag("fieldset", attr("id", "channel"), attr("class", none ? "wrong" : "field"),
             tag("legend", "Channels"),
             none ? tag("span", attr("class", "problem"), problem->text) : Html(), boxes);
}

Html own_texts(const Workplace& place, const Draft& draft) {
  std::vector<std::string> names = offered(place, draft);
  for (const auto& [name, text] : draft.texts) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  Html areas;
  for (const std::string& name : names) {
    const auto own = draft.texts.find(name);
    areas.add(field({.name = std::string(text_of) + name,
                     .label = "On " + name,
                     .type = "textarea",
                     .value = own == draft.texts.end() ? "" : own->second,
                     .optional = true,
                     .rows = 4}));
  }
  return tag("details", draft.texts.empty() ? Attribute() : attr("open"),
             tag("summary", "A text of its own for a channel"),
             tag("p", attr("class", "hint"),
                 "Left empty, the channel shows the text above, shortened to fit."),
             areas);
}

// Open only where there is one: most announcements ask nothing.
Html poll_fields(const Draft& draft, const Problems& problems) {
  const Poll poll = draft.poll.value_or(Poll{});
  const bool shown =
      draft.poll || std::any_of(problems.begin(), problems.end(),
                                [](const Problem& one) { return one.field == poll_options; });
  return tag("details", shown ? attr("open") : Attribute(), tag("summary", "A poll"),
             field({.name = poll_options,
                    .label = "Options",
                    .type = "textarea",
                    .value = fmt::format("{}", fmt::join(poll.options, "\n")),
                    .hint = "One a line. People answer on Mastodon, or anywhere in the fediverse.",
                    .optional = true,
                    .rows = 4},
                   problems),
             field({.name = poll_hours,
                    .label = "Open for so many hours",
                    .type = "number",
                    .value = std::to_string(poll.hours),
                    .hint = "From when it is published; 72 are three days.",
                    .optional = true},
                   problems),
             tag("label", attr("class", "check"),
                 tag("input", attr("type", "checkbox"), attr("name", poll_several),
                     attr("value", "yes"), poll.several ? attr("checked") : Attribute()),
                 tag("span", "Several options may be chosen")));
}

std::optional<Poll> poll_in(const QueryPairs& sent) {
  Poll out;
  for (const std::string& line : split(plain_lines(value_in(sent, poll_options)), '\n')) {
    if (const auto option = trim(line); !option.empty()) out.options.emplace_back(option);
  }
  if (out.options.empty()) return std::nullopt;
  const std::string hours(trim(value_in(sent, poll_hours)));
  std::from_chars(hours.data(), hours.data() + hours.size(), out.hours);
  out.several = is_sent(sent, poll_several, "yes");
  return out;
}

Html pictures(const Draft& draft) {
  Html out;
  for (std::size_t i = 0; i < draft.media.size(); ++i)
    out.add(field({.name = fmt::format("{}{}", alt_of, i),
                   .label = "What " + draft.media[i].file + " shows",
                   .type = "textarea",
                   .value = draft.media[i].alt,
                   .hint = "Read to who cannot see the picture.",
                   .optional = true,
                   .rows = 2}));
  return out;
}

Html shown_part(const Shown& shown, std::size_t i) {
  const Part& part = shown.parts[i];
  const bool over = part.limit > 0 && part.length > part.limit;
  const std::string count = part.limit > 0
                                ? fmt::format("{} of {} characters", part.length, part.limit)
                                : fmt::format("{} characters", part.length);
  const std::string which =
      shown.parts.size() > 1 ? fmt::format("Part {} of {}: ", i + 1, shown.parts.size()) : "";
  Html media;
  for (const std::int64_t at : part.media) {
    const Media& one = shown.media.at(static_cast<std::size_t>(at));
    media.add(
        tag("p", attr("class", "hint"),
            fmt::format("Picture {}: {}", one.file, one.alt.empty() ? "no alt text" : one.alt)));
  }
  return together(tag("p", attr("class", over ? "count over" : "count"), which + count),
                  tag("div", attr("class", "said"), part.text), media);
}

Html shown_poll(const Poll& poll) {
  Html options;
  for (const std::string& option : poll.options) options.add(tag("li", option));
  return together(tag("p", attr("class", "count"),
                      fmt::format("A poll, open for {} hours{}", poll.hours,
                                  poll.several ? "; several may be chosen" : "")),
                  tag("ul", options));
}

Html shown_channel(const Shown& shown) {
  Html parts;
  for (std::size_t i = 0; i < shown.parts.size(); ++i) parts.add(shown_part(shown, i));
  Html warnings;
  for (const std::string& warning : shown.warnings) warnings.add(tag("li", warning));
  return tag(
      "article", attr("class", "shown"), tag("h3", shown.channel),
      shown.warning.empty() ? Html() : tag("p", tag("strong", shown.warning)), parts,
      shown.poll ? shown_poll(*shown.poll) : Html(),
      warnings.empty() ? Html() : tag("ul", attr("class", "warnings"), warnings),
      shown.blocked ? tag("p", attr("class", "problem"), "It cannot be sent as it is.") : Html());
}

}  // namespace

Html draft_fields(const Workplace& place, const Draft& draft, const Problems& problems) {
  const std::string& zone = place.hub->workspace().config.organisation.time_zone;
  return together(
      field({.name = "title",
             .label = "Title",
             .type = "prose",
             .value = draft.title,
             .optional = true},
            problems),
      field({.name = "warning",
             .label = "Content warning",
             .type = "prose",
             .value = draft.warning,
             .hint = "A line shown first; text and pictures are hidden behind it.",
             .optional = true},
            problems),
      field({.name = "body",
             .label = "Text",
             .type = "textarea",
             .value = draft.body,
             .hint = "Markdown. A line with only --- starts a new part of a thread.",
             .optional = true,
             .rows = body_rows},
            problems),
      pictures(draft), poll_fields(draft, problems), own_texts(place, draft),
      field({.name = "link",
             .label = "Link",
             .type = "url",
             .value = draft.link,
             .hint = "Where to read more. Left out: the page of the announcement itself.",
             .optional = true},
            problems),
      kind_field(draft.kind),
      field({.name = "tags",
             .label = "Tags",
             .value = fmt::format("{}", fmt::join(draft.tags, ", ")),
             .hint = "Separated by commas, without #.",
             .optional = true},
            problems),
      channel_fields(place, draft, problems),
      field({.name = "at",
             .label = "When",
             .value = draft.at,
             .hint = fmt::format("As 2026-12-01 15:00, in {}; another zone may follow it. Left "
                                 "out: as soon as somebody publishes it.",
                                 zone),
             .optional = true},
            problems));
}

Draft draft_in(const Workplace& place, const QueryPairs& sent, const Draft& base) {
  Draft out = base;
  out.title = std::string(trim(value_in(sent, "title")));
  out.warning = std::string(trim(value_in(sent, "warning")));
  out.body = plain_lines(value_in(sent, "body"));
  out.link = std::string(trim(value_in(sent, "link")));
  out.at = std::string(trim(value_in(sent, "at")));
  out.kind = from_word<Kind>(value_in(sent, "kind")).value_or(base.kind);
  out.poll = poll_in(sent);
  out.tags.clear();
  for (const std::string& one : split(value_in(sent, "tags"), ',')) {
    std::string_view tag = trim(one);
    while (tag.starts_with('#')) tag.remove_prefix(1);
    if (!tag.empty()) out.tags.emplace_back(tag);
  }
  const auto usual = place.hub->channels_of({}, {});
  out.channels.clear();
  for (const std::string& name : offered(place, base)) {
    if (is_sent(sent, "channel", name)) out.channels.push_back(name);
  }
  if (out.channels == usual && base.channels.empty()) out.channels.clear();
  out.texts.clear();
  for (const auto& [name, value] : sent) {
    const std::string text = plain_lines(value);
    if (name.starts_with(text_of) && !trim(text).empty())
      out.texts[name.substr(text_of.size())] = text;
  }
  for (std::size_t i = 0; i < out.media.size(); ++i)
    out.media[i].alt = plain_lines(value_in(sent, fmt::format("{}{}", alt_of, i)));
  // The address follows the title until something is published under it.
  if (!out.title.empty() && slug_of(base.title) == base.slug) out.slug.clear();
  return out;
}

Problem problem_in_draft(const Error& error) {
  static const std::map<std::string, std::string> fields{
      {"/at: ", "at"},           {"/link: ", "link"},       {"/tags: ", "tags"},
      {"/warning: ", "warning"}, {"/poll: ", poll_options}, {"/texts: ", "body"}};
  for (const auto& [path, name] : fields) {
    const auto found = error.what.find(path);
    if (found == std::string::npos) continue;
    return {name, sentences({error.fault, error.what.substr(found + path.size()), error.hint})};
  }
  if (error.what.find("has no text") != std::string::npos) return {"body", "Write something."};
  return {"", sentences(error)};
}

Html previews(const Workplace& place, const Draft& draft) {
  const auto shown =
      ask_operation<std::vector<Shown>>(place, "preview", PreviewRequest{.text = post_text(draft)});
  if (!shown) return tag("p", attr("class", "problem"), problem_in_draft(shown.error()).text);
  Html out;
  for (const Shown& one : *shown) out.add(shown_channel(one));
  return tag("div", attr("class", "shown-all"), out);
}

Html difference(const std::vector<DiffLine>& lines) {
  Html out;
  for (const DiffLine& line : lines) {
    switch (line.fate) {
      case LineFate::gone:
        out.add(tag("del", tag("span", attr("class", "hidden"), "gone: "), line.text));
        break;
      case LineFate::come:
        out.add(tag("ins", tag("span", attr("class", "hidden"), "new: "), line.text));
        break;
      case LineFate::skipped:
        out.add(tag("span", attr("class", "skipped"), "…"));
        break;
      case LineFate::same:
        out.add(tag("span", line.text));
    }
  }
  return tag("div", attr("class", "diff"), out);
}

}  // namespace carillon
