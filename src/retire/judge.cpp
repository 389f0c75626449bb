#include "base/bytes.hpp"
#include "retire/rules.hpp"

namespace carillon {

namespace {

constexpr std::size_t longest_line = 5000;

// A bullet of a log that stands outside a file of that name: `* docs: update icon (#481)`.
bool is_log_entry(std::string_view text) {
  text = trim(text);
  if (!text.starts_with("* ") && !text.starts_with("- ")) return false;
  const auto at = text.rfind("(#");
  return at != std::string_view::npos && text.ends_with(")") && text.size() - at < 12;
}

}  // namespace

std::optional<Verdict> judge_line(const ScanPage& page, std::size_t line,
                                  const WatchedNetwork& who) {
  const std::string_view raw = page.raw(line);
  const Syntax syntax = page.place().syntax;
  if (raw.size() > longest_line && syntax != Syntax::prose && syntax != Syntax::page) {
    const std::string& plain = page.plain(line);
    if (!rules::names_network(plain, *who.network) && links_in(plain, *who.network).empty() &&
        who.named_in(plain) == nullptr)
      return std::nullopt;
    return Verdict{Action::leave, Form::style, "a line too long for a person to have written", ""};
  }
  using Rule = rules::Answer (*)(const ScanPage&, std::size_t, const WatchedNetwork&);
  static constexpr Rule before[] = {&rules::cards, &rules::services};
  for (const Rule rule : before) {
    if (auto out = rule(page, line, who)) return out;
  }
  rules::Answer out = rules::addresses(page, line, who);
  if (!out || out->action != Action::delist) {
    for (const Rule rule : {&rules::keys, &rules::widgets, &rules::sign_in, &rules::catalogues,
                            &rules::names, &rules::prose}) {
      out = rules::stronger(out, rule(page, line, who));
      if (out && out->action == Action::delist) break;
    }
  }
  if (!out) out = rules::leftovers(page, line, who);
  if (out && out->action != Action::leave && is_log_entry(raw))
    return Verdict{Action::leave, out->form, "an entry of a log", out->handle};
  return out;
}

Verdict within_scope(Verdict verdict, const ScanPage& page, bool with_history) {
  const Place& place = page.place();
  const bool acts = verdict.action != Action::leave;
  switch (place.scope) {
    case Scope::history:
      if (with_history) break;
      [[fallthrough]];
    case Scope::vendored:
    case Scope::fixture:
      if (acts) verdict.reason = place.why + ": stays as it is";
      verdict.action = Action::leave;
      return verdict;
    case Scope::generated:
      if (acts) verdict.reason = place.why + ": make it again from its source";
      // What only belongs to a reference is decided with it.
      if (acts) verdict.action = verdict.form == Form::companion ? Action::leave : Action::review;
      return verdict;
    case Scope::page_furniture:
    case Scope::current_text:
      break;
  }
  if (verdict.action != Action::delist) return verdict;
  if (place.archival) {
    verdict.action = Action::review;
    verdict.reason = "metadata that others have copied: only what is published next can change";
  } else if (place.syntax == Syntax::catalogue) {
    verdict.action = Action::review;
    verdict.form = Form::i18n_string;
    verdict.reason = "a string of a catalogue: changed at its source and by the translators' way";
  }
  return verdict;
}

}  // namespace carillon
