// Running text: what is one of several things goes with its comma, what stands alone with its
// sentence.
#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

constexpr std::array<std::string_view, 14> conjunctions{
    "and", "or", "und",        "oder",   "et",    "ou", "y",
    "e",   "o",  "as well as", "and on", "or on", "&",  "&amp;"};
constexpr std::array<std::string_view, 15> marks{
    "&middot;", "&bull;", "&ndash;", "&mdash;", "&#183;", "&#124;", "|",     "·",
    "•",        "–",      "—",       "/",       "<br>",   "<br/>",  "<br />"};

// A separator beside a thing: its bytes, with the white space around it.
struct Separator {
  enum class Kind { none, comma, conjunction, mark } kind = Kind::none;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t word = 0;  // where the conjunction begins, behind a comma before it
  bool comma = false;    // a comma stands before the conjunction
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Steps over white space and what stands for it, to the left and to the right.
std::size_t skip_left(std::string_view text, std::size_t from, std::size_t at) {
  while (at > from) {
    const std::string_view before = text.substr(from, at - from);
    if (is_blank(before.back())) {
      --at;
    } else if (before.ends_with("&nbsp;")) {
      at -= 6;
    } else if (before.ends_with("\xC2\xA0")) {
      at -= 2;
    } else {
      break;
    }
  }
  return at;
}
std::size_t skip_right(std::string_view text, std::size_t at, std::size_t to) {
  while (at < to) {
    const std::string_view rest = text.substr(at, to - at);
    if (is_blank(rest.front())) {
      ++at;
    } else if (rest.starts_with("&nbsp;")) {
      at += 6;
    } else if (rest.starts_with("\xC2\xA0")) {
      at += 2;
    } else {
      break;
    }
  }
  return at;
}

Separator before(std::string_view text, std::size_t from, std::size_t begin) {
  Separator out;
  const std::size_t edge = skip_left(text, from, begin);
  const std::string low = lower_ascii(text.substr(from, edge - from));
  const std::string_view left = low;
  for (const std::string_view word : conjunctions) {
    if (!left.ends_with(word) || edge == begin) continue;
    const std::size_t at = edge - word.size();
    if (at > from && !is_blank(text[at - 1])) continue;
    const std::size_t item = skip_left(text, from, at);
    if (item == from) return {};
    out = {Separator::Kind::conjunction, item, begin, at, false};
    if (text[item - 1] == ',') {
      out.comma = true;
      out.begin = item - 1;
    }
    return out;
  }
  const auto entity = left.rfind('&');
  const bool ends_entity = left.ends_with(";") && entity != npos && left.size() - entity < 9 &&
                           left.substr(entity).find(' ') == npos;
  if (left.ends_with(",") || (left.ends_with(";") && !ends_entity))
    return {Separator::Kind::comma, edge - 1, begin, edge - 1, true};
  if (left.ends_with("、")) return {Separator::Kind::comma, edge - 3, begin, edge - 3, true};
  for (const std::string_view mark : marks) {
    if (!left.ends_with(mark)) continue;
    const std::size_t item = skip_left(text, from, edge - mark.size());
    // A `/` inside a word or an address parts nothing.
    if (mark == "/" && item == edge - mark.size() && edge == begin && item == from) continue;
    return {Separator::Kind::mark, item, begin, edge - mark.size(), false};
  }
  if (left.ends_with("-") && edge < begin && edge - from > 1 && is_blank(left[left.size() - 2]))
    return {Separator::Kind::mark, skip_left(text, from, edge - 1), begin, edge - 1, false};
  return out;
}

Separator behind(std::string_view text, std::size_t end, std::size_t to) {
  const std::size_t edge = skip_right(text, end, to);
  const std::string low = lower_ascii(text.substr(edge, to - edge));
  const std::string_view right = low;
  const auto conjunction = [&](std::size_t at) -> std::size_t {
    for (const std::string_view word : conjunctions) {
      if (!right.substr(at).starts_with(word)) continue;
      if (at + word.size() < right.size() && is_blank(right[at + word.size()])) return word.size();
    }
    return 0;
  };
  if (right.starts_with(",") || right.starts_with(";")) {
    const std::size_t next = skip_right(text, edge + 1, to);
    if (next >= to) return {};
    if (const std::size_t size = conjunction(next - edge); size > 0)
      return {Separator::Kind::conjunction, end, skip_right(text, next + size, to), next, true};
    return {Separator::Kind::comma, end, next, edge, true};
  }
  if (right.starts_with("、"))
    return {Separator::Kind::comma, end, skip_right(text, edge + 3, to), edge, true};
  if (const std::size_t size = conjunction(0); size > 0 && edge > end)
    return {Separator::Kind::conjunction, end, skip_right(text, edge + size, to), edge, false};
  for (const std::string_view mark : marks) {
    if (!right.starts_with(mark)) continue;
    const std::size_t next = skip_right(text, edge + mark.size(), to);
    if (next >= to) return {Separator::Kind::mark, end, edge + mark.size(), edge, false};
    return {Separator::Kind::mark, end, next, edge, false};
  }
  if (right.starts_with("- ") && edge > end)
    return {Separator::Kind::mark, end, skip_right(text, edge + 1, to), edge, false};
  return {};
}

// Whether a piece of a sentence names one thing: a link, or up to three words of which the first
// has a capital, with an article or preposition before it.
bool is_thing(std::string_view piece) {
  std::string_view words = trim(piece);
  for (bool moved = true; moved;) {
    moved = false;
    const std::string low = lower_ascii(words.substr(0, 8));
    for (const std::string_view word :
         {"the ", "our ", "on ",  "via ", "a ",    "an ",     "by ", "at ",
          "no ",  "na ",  "in ",  "to ",  "le ",   "la ",     "el ", "das ",
          "die ", "der ", "sur ", "auf ", "over ", "through "}) {
      if (!low.starts_with(word)) continue;
      words.remove_prefix(word.size());
      words = trim(words);
      moved = true;
    }
  }
  if (words.empty()) return false;
  const bool markdown = words.front() == '[' || words.starts_with("![");
  const bool markup = words.front() == '<';
  if (markup) return words.ends_with(">");
  if (markdown) {
    const auto close = words.find(']');
    return close != npos && (words.ends_with(")") || words.ends_with("]"));
  }
  if (words.front() == '`') return words.ends_with("_");
  const auto spaces = std::count(words.begin(), words.end(), ' ');
  const bool capital = words.front() >= 'A' && words.front() <= 'Z';
  const std::string low = lower_ascii(words);
  for (const std::string_view plain :
       {"mailing list", "discourse", "e-mail", "email", "newsletter", "forum", "blog", "slack",
        "irc", "matrix", "github", "mastodon", "bluesky", "linkedin", "rss", "chat", "website"})
    if (low.starts_with(plain) && spaces <= 2) return true;
  return spaces <= 2 && (capital || words.front() == '@' || words.front() == '#');
}

// The first thing behind a separator, as far as the next one or the end of its sentence.
std::string_view next_thing(std::string_view text, std::size_t at, std::size_t to) {
  int depth = 0;
  std::size_t end = at;
  for (; end < to; ++end) {
    const char c = text[end];
    if (c == '[' || c == '(' || c == '<') ++depth;
    if (c == ']' || c == ')' || c == '>') --depth;
    if (depth < 0) break;
    if (depth > 0) continue;
    if (c == ',' || c == ';' || c == '|') break;
    const bool stop =
        (c == '.' || c == '!' || c == '?') && (end + 1 >= to || is_blank(text[end + 1]));
    if (stop) break;
    const std::string low = lower_ascii(text.substr(end, 5));
    if (low.starts_with(" and ") || low.starts_with(" or ") || low.starts_with(" for ") ||
        low.starts_with(" to "))
      break;
    if (end > at && (c == ')' || c == '>') && end + 1 < to && is_blank(text[end + 1]) &&
        text[at] != '<') {
      ++end;
      break;
    }
  }
  return text.substr(at, end - at);
}

// The comma between the last two things before `edge`, where what follows it names one thing.
std::size_t last_comma(std::string_view text, std::size_t from, std::size_t edge) {
  int depth = 0;
  for (std::size_t at = edge; at > from; --at) {
    const char c = text[at - 1];
    if (c == ']' || c == ')' || c == '>') ++depth;
    if (c == '[' || c == '(' || c == '<') --depth;
    if (depth < 0) return npos;
    if (depth > 0) continue;
    if (c == ',') return is_thing(text.substr(at, edge - at)) ? at - 1 : npos;
    if (c == '.' || c == ':' || c == ';' || c == '!' || c == '?') return npos;
  }
  return npos;
}

// our [thing] account: an article before and a noun behind go with it.
void widen_to_noun(std::string_view text, Phrase& phrase) {
  const std::string low = lower_ascii(text.substr(phrase.from, phrase.to - phrase.from));
  const std::string_view right = std::string_view(low).substr(phrase.end - phrase.from);
  for (const std::string_view noun :
       {" account", " page", " feed", " channel", " profile", " handle", " timeline"}) {
    if (!right.starts_with(noun)) continue;
    const std::size_t end = noun.size();
    if (end < right.size() && is_name_char(right[end])) continue;
    phrase.end += noun.size();
    break;
  }
  const std::size_t edge = skip_left(text, phrase.from, phrase.begin);
  const std::string_view left = std::string_view(low).substr(0, edge - phrase.from);
  if (edge == phrase.begin) return;
  for (const std::string_view word :
       {"our official", "our", "the official", "the", "a", "its", "their", "on our", "on the", "on",
        "via", "by", "em nosso", "no", "na", "en", "sur", "auf"}) {
    if (!left.ends_with(word)) continue;
    const std::size_t at = edge - word.size();
    if (at > phrase.from && !is_blank(text[at - 1]) && text[at - 1] != '(') continue;
    // A preposition goes with it only where the list repeats it: "on A, on B and on C".
    const bool prepositional = word == "on" || word == "via" || word == "by" || word == "no" ||
                               word == "na" || word == "en" || word == "sur" || word == "auf";
    const Separator sep = before(text, phrase.from, at);
    if (prepositional && sep.kind == Separator::Kind::none) break;
    phrase.begin = at;
    break;
  }
}

// Whether more things follow: "A, B and C".
bool list_follows(std::string_view text, const Separator& right, std::size_t to) {
  const std::string_view first = next_thing(text, right.end, to);
  if (is_thing(first)) return true;
  const std::string low =
      lower_ascii(text.substr(right.end, std::min<std::size_t>(to - right.end, 300)));
  const std::string_view sentence = std::string_view(low).substr(0, low.find(". "));
  return sentence.find(", and ") != npos || sentence.find(", or ") != npos;
}

bool introduces(std::string_view text, std::size_t from, std::size_t begin) {
  const std::size_t edge = skip_left(text, from, begin);
  if (edge == from) return true;
  const char last = text[edge - 1];
  if (std::string_view(":(>-.!?").find(last) != npos) return true;
  const std::string low = lower_ascii(text.substr(from, edge - from));
  for (const std::string_view word :
       {"on",   "via",    "like", "at", "as",  "our",  "the",   "through", "with",
        "by",   "follow", "to",   "in", "use", "join", "visit", "see",     "including",
        "from", "using",  "em",   "en", "sur", "auf",  "by",    "check"}) {
    if (!low.ends_with(word)) continue;
    const std::size_t at = low.size() - word.size();
    if (at == 0 || is_blank(low[at - 1])) return true;
  }
  return false;
}

Change first_of(std::string_view text, const Phrase& phrase, const Separator& right) {
  // What was "A, B, and C" is "B and C" now: its comma goes when two are left.
  const std::string_view thing = next_thing(text, right.end, phrase.to);
  const std::size_t after = right.end + thing.size();
  const Separator next = behind(text, after, phrase.to);
  Change out = cut(phrase.begin, right.end);
  if (right.kind == Separator::Kind::comma && next.kind == Separator::Kind::conjunction &&
      next.comma && is_thing(thing))
    out.edits.push_back({next.begin, next.word, " "});
  return out;
}

Change last_of(std::string_view text, const Phrase& phrase, const Separator& left) {
  Change out = cut(left.begin, phrase.end);
  if (left.kind != Separator::Kind::conjunction) return out;
  const std::size_t comma = last_comma(text, phrase.from, left.begin);
  if (comma == npos) return out;
  std::string word(text.substr(left.word, skip_left(text, left.word, left.end) - left.word));
  const bool more = last_comma(text, phrase.from, comma) != npos;
  out.edits.insert(out.edits.begin(), {comma, comma + 1, (left.comma && more ? ", " : " ") + word});
  return out;
}

// Whether nothing that belongs to the same sentence comes behind it.
bool ends_here(std::string_view text, const Phrase& phrase) {
  const std::size_t edge = skip_right(text, phrase.end, phrase.to);
  if (edge >= phrase.to) return true;
  return std::string_view(".!?;:)]|<*").find(text[edge]) != npos ||
         static_cast<unsigned char>(text[edge]) >= 0x80;
}

// Whether what stands before the separator is one thing: "on the [list](a) and".
bool follows_thing(std::string_view text, const Phrase& phrase, const Separator& left) {
  if (left.kind != Separator::Kind::conjunction) return false;
  int depth = 0;
  std::size_t at = left.begin;
  for (; at > phrase.from; --at) {
    const char c = text[at - 1];
    if (c == ')' || c == '>' || c == ']') ++depth;
    if (depth == 0 && (c == ' ' || c == ',')) break;
    if (c == '(' || c == '<' || c == '[') --depth;
  }
  return is_thing(text.substr(at, left.begin - at));
}

// A link that is no name of a place but a word of its own: "and [contribute](address)".
bool is_verb(std::string_view thing) {
  const auto open = thing.find_first_of("[>");
  if (open == npos) return false;
  const std::string_view words = thing.substr(open + 1);
  const bool lower = !words.empty() && words[0] >= 'a' && words[0] <= 'z';
  return lower && thing[0] != 't' && thing[0] != 'o' &&
         !is_thing(words.substr(0, words.find_first_of("]<")));
}

// Where words stand before it on its line and the next thing stands on another, the line ends
// there.
std::size_t mark_end(std::string_view text, const Phrase& phrase, const Separator& right) {
  const std::size_t start = line_at(text, phrase.begin).begin;
  const std::string_view left = text.substr(start, phrase.begin - start);
  const auto end = text.substr(right.word, right.end - right.word).find('\n');
  if (end == npos || trim(left).empty()) return right.end;
  return right.word + end;
}

constexpr std::string_view calls[] = {
    "follow",          "find us",     "join us",  "reach us",   "contact us", "connect with",
    "tweet",           "check out",   "visit us", "see us",     "keep up",    "stay in touch",
    "stay up to date", "updates",     "for news", "announce",   "subscribe",  "talk to us",
    "chat with",       "ask us",      "account",  "maintain a", "have a",     "like us",
    "us on",           "keep an eye", "latest",   "say hi",     "ping us",    "drop us"};

bool stops(std::string_view text, std::size_t at, std::size_t to) {
  const std::string_view rest = text.substr(at, to - at);
  if (rest.starts_with("。") || rest.starts_with("！")) return true;
  const char c = rest[0];
  if (c != '.' && c != '!' && c != '?') return false;
  return rest.size() == 1 || is_blank(rest[1]) || rest[1] == '<';
}

}  // namespace

std::optional<Change> out_of_list(std::string_view text, Phrase phrase) {
  using Kind = Separator::Kind;
  widen_to_noun(text, phrase);
  const Separator left = before(text, phrase.from, phrase.begin);
  const Separator right = behind(text, phrase.end, phrase.to);
  if (left.kind == Kind::none && right.kind == Kind::none) return std::nullopt;
  if (left.kind == Kind::none) {
    if (right.kind == Kind::mark) return cut(phrase.begin, mark_end(text, phrase, right));
    // Of two that a sentence begins with, one alone would want another verb.
    const std::size_t edge = skip_left(text, phrase.from, phrase.begin);
    const bool begins = edge > phrase.from && std::string_view(".!?").find(text[edge - 1]) != npos;
    if (begins && right.kind == Kind::conjunction) return std::nullopt;
    if (!introduces(text, phrase.from, phrase.begin) || !list_follows(text, right, phrase.to) ||
        (right.kind == Kind::conjunction && is_verb(next_thing(text, right.end, phrase.to))))
      return std::nullopt;
    return first_of(text, phrase, right);
  }
  if (right.kind == Kind::none) {
    if (!ends_here(text, phrase) && !follows_thing(text, phrase, left)) return std::nullopt;
    return last_of(text, phrase, left);
  }
  if (left.kind == Kind::mark && right.kind != Kind::mark) {
    if (!list_follows(text, right, phrase.to)) return cut(left.begin, phrase.end);
    return first_of(text, phrase, right);
  }
  if (left.kind == Kind::mark) {
    const std::size_t start = line_at(text, phrase.begin).begin;
    const bool leads =
        skip_left(text, std::max(start, phrase.from), phrase.begin) <= std::max(start, phrase.from);
    return leads ? cut(phrase.begin, right.end) : cut(left.begin, phrase.end);
  }
  if (right.kind == Kind::conjunction && right.comma && left.kind == Kind::comma) {
    const bool more = last_comma(text, phrase.from, left.begin) != npos;
    return more ? cut(left.begin, phrase.end) : cut(left.begin, right.word, " ");
  }
  // Between two commas may stand what explains the word before: no list.
  if (left.kind == Kind::comma && right.kind == Kind::comma &&
      !list_follows(text, right, phrase.to))
    return std::nullopt;
  return cut(left.begin, phrase.end);
}

std::optional<Change> with_sentence(std::string_view text, Phrase phrase, const Spot& spot) {
  std::size_t begin = phrase.begin;
  while (begin > phrase.from && !stops(text, begin - 1, phrase.to)) --begin;
  begin = skip_right(text, begin, phrase.begin);
  std::size_t end = phrase.end;
  while (end < phrase.to && !stops(text, end, phrase.to)) ++end;
  const bool stopped = end < phrase.to;
  if (stopped) end += static_cast<unsigned char>(text[end]) >= 0x80 ? 3 : 1;
  const std::string before_it = lower_ascii(text.substr(begin, phrase.begin - begin));
  const std::string behind_it = lower_ascii(text.substr(phrase.end, end - phrase.end));
  const std::string around = before_it + " " + behind_it;
  for (const std::string_view other : {"](", "href=", "://", "`_", "][", "<a "})
    if (around.find(other) != npos) return std::nullopt;
  if (around.size() > 240) return std::nullopt;
  const bool calling = std::any_of(std::begin(calls), std::end(calls), [&](std::string_view call) {
    return around.find(call) != npos;
  });
  const std::string words = seen_words(around);
  const bool label = words.empty() || is_caption(words, spot.network());
  const bool claims = spot.form == Form::prose && !spot.address;
  if (!(calling && (claims || before_it.empty() || introduces(text, begin, phrase.begin))) &&
      !label)
    return std::nullopt;
  // A sentence inside a sentence, or half a pair of brackets, is none.
  const std::string_view whole = text.substr(begin, end - begin);
  for (const auto& [open, close] : {std::pair{'(', ')'}, {'[', ']'}, {'{', '}'}})
    if (std::count(whole.begin(), whole.end(), open) !=
        std::count(whole.begin(), whole.end(), close))
      return std::nullopt;
  if (whole.find('"') != npos && std::count(whole.begin(), whole.end(), '"') % 2 != 0)
    return std::nullopt;
  return cut(begin, end);
}

Change in_sentence(const Spot& spot, std::size_t begin, std::size_t end) {
  if (spot.begin < begin || spot.end > end)
    return refuse("it could not be told what belongs to it here");
  const Phrase phrase{begin, end, spot.begin, spot.end};
  const std::string_view whole = spot.text.substr(begin, end - begin);
  if (whole.find('<') == npos && whole.find('[') == npos) {
    if (auto out = out_of_list(spot.text, phrase)) return *out;
    if (auto out = with_sentence(spot.text, phrase, spot)) return *out;
  }
  return refuse("part of a sentence: say it anew without the account");
}

}  // namespace carillon::patch
