#include "core/proposal.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/html.hpp"
#include "base/limits.hpp"
#include "core/announcement.hpp"

namespace carillon {

namespace {

struct Member {
  const char* name;
  const char* called;
  std::string ProposalWords::*value;
  std::size_t most;
  bool lines;
};

constexpr Member members[] = {
    {"text", "The text", &ProposalWords::text, limits::proposal_text_bytes, true},
    {"link", "The link", &ProposalWords::link, limits::proposal_link_bytes, false},
    {"audience", "This", &ProposalWords::audience, limits::proposal_line_bytes, false},
    {"date", "The date", &ProposalWords::date, limits::proposal_line_bytes, false},
    {"name", "The name", &ProposalWords::name, limits::proposal_line_bytes, false},
    {"contact", "This", &ProposalWords::contact, limits::proposal_line_bytes, false},
};

// C0, DEL, C1 and the two separators, which some readers take for line ends; what a terminal or a
// line of YAML would obey. `text` is UTF-8.
bool has_controls(std::string_view text, bool lines) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (lines && (c == '\n' || c == '\t')) continue;
    if (c < 0x20 || c == 0x7F) return true;
    const std::string_view rest = text.substr(i);
    if (c == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return true;
    if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) return true;
  }
  return false;
}

std::size_t links_in(std::string_view text) {
  std::size_t out = 0;
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3))
    ++out;
  return out;
}

std::string with_line_ends(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      out += text[i];
    }
  }
  return std::string(trim(out));
}

bool is_web_link(std::string_view link) {
  return (link.starts_with("https://") || link.starts_with("http://")) && is_safe_url(link) &&
         link.find("://") + 3 < link.size();
}

}  // namespace

ProposalWords tidied(ProposalWords words) {
  for (const Member& one : members) words.*one.value = with_line_ends(words.*one.value);
  return words;
}

std::vector<std::pair<std::string, std::string>> word_problems(const ProposalWords& words) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto say = [&](const char* name, std::string what) {
    out.emplace_back(name, std::move(what));
  };
  for (const Member& one : members) {
    const std::string& value = words.*one.value;
    if (value.size() > one.most)
      say(one.name, fmt::format("{} is {} bytes long; at most {} are taken.", one.called,
                                value.size(), one.most));
    else if (first_bad_utf8(value) || has_controls(value, one.lines))
      say(one.name,
          fmt::format("{} holds characters that cannot be shown. Type it anew.", one.called));
  }
  if (words.text.empty()) say("text", "Write what shall be announced.");
  if (links_in(words.text) > limits::proposal_links)
    say("text", fmt::format("The text holds {} links; at most {} are taken.", links_in(words.text),
                            limits::proposal_links));
  if (!words.link.empty() && !is_web_link(words.link))
    say("link", "This is not a web address. Start it with https://.");
  return out;
}

std::string proposal_slug(const Proposal& proposal) {
  constexpr std::size_t most = 60;
  std::string words = slug_of(proposal.words.text.substr(0, proposal.words.text.find('\n')));
  if (words.size() > most) {
    words.resize(most);
    const auto end = words.rfind('-');
    if (end != std::string::npos && end > 0) words.resize(end);
  }
  // The end of the id tells where it was made, what is before it when.
  const std::string when = slug_of(proposal.id.size() > 6 ? proposal.id.substr(5, 6) : proposal.id);
  return (words.empty() ? "proposal" : words) + "-" + when;
}

std::string proposal_post(const Proposal& proposal) {
  const ProposalWords& words = proposal.words;
  std::string out = "---\n";
  // JSON is YAML, so that no character of it is read as something else.
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty())
      out += fmt::format("{}: {}\n", key, json::serialize(json::value(json::string(value))));
  };
  out += fmt::format("# Proposal {}\n", proposal.id);
  put("# wished for", words.audience);
  put("# wished when", words.date);
  put("slug", proposal.slug);
  put("link", words.link);
  return out + "---\n" + words.text + "\n";
}

}  // namespace carillon
