#include "text/breaks.hpp"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "text/codepoints.hpp"
#include "text/graphemes.hpp"

namespace carillon {

namespace {

constexpr std::int64_t line_cost = 10;
constexpr std::int64_t sentence_cost = 20;
constexpr std::int64_t clause_cost = 200;
constexpr std::int64_t lead_cost = 150;  // behind a colon that ends a line
constexpr std::int64_t word_cost = 350;
constexpr std::int64_t introduction_cost = 600;    // besides, inside a sentence that leads to a URL
constexpr std::size_t longest_introduction = 200;  // pieces

constexpr std::u32string_view sentence_ends = U".!?…。！？؟।";
constexpr std::u32string_view wide_sentence_ends = U"。！？";
constexpr std::u32string_view clause_ends = U",;:–—、，；：،؛";
constexpr std::u32string_view closers = U")]}\"'”’»›」』）】*_";
constexpr std::u32string_view openers = U"([{“‘«‹「『（【";

// Code in backticks (CommonMark 6.1); a span ends with its paragraph. Bytes [from, to) of the text.
void add_spans(std::string_view text, std::size_t from, std::size_t to, std::vector<Whole>& out) {
  const std::string_view within = text.substr(0, to);
  for (std::size_t at = within.find('`', from); at != std::string_view::npos;
       at = within.find('`', at)) {
    const std::size_t run = std::min(within.find_first_not_of('`', at), to);
    const std::string_view mark = within.substr(at, run - at);
    std::size_t close = within.find(mark, run);
    while (close != std::string_view::npos && close + mark.size() < to &&
           within[close + mark.size()] == '`')
      close = within.find(mark, within.find_first_not_of('`', close));
    const bool apart = close != std::string_view::npos &&
                       within.substr(run, close - run).find("\n\n") != std::string_view::npos;
    if (close == std::string_view::npos || apart) {
      at = run;
      continue;
    }
    out.push_back({at, close + mark.size()});
    at = close + mark.size();
  }
}

// "[words](address)" of Markdown on one line.
void add_links(std::string_view text, std::vector<Whole>& out) {
  for (std::size_t open = text.find('['); open != std::string::npos;
       open = text.find('[', open + 1)) {
    const std::size_t close = text.find_first_of("[]\n", open + 1);
    if (close == std::string::npos) return;
    if (text.substr(close, 2) != "](") continue;
    const std::string_view address = text.substr(close, limits::url_bytes);
    const std::size_t end = address.find_first_of(")\n");
    if (end != std::string::npos && address[end] == ')') out.push_back({open, close + end + 1});
  }
}

// Sorted and apart, so that one search tells whether a place is inside any.
std::vector<Whole> merged(std::vector<Whole> all) {
  std::sort(all.begin(), all.end(),
            [](const Whole& a, const Whole& b) { return a.begin < b.begin; });
  std::vector<Whole> out;
  for (const Whole& one : all) {
    if (one.begin >= one.end) continue;
    if (!out.empty() && one.begin < out.back().end)
      out.back().end = std::max(out.back().end, one.end);
    else
      out.push_back(one);
  }
  return out;
}

// Whether white space [begin, end), or the place between two letters, lies in something whole.
bool inside(const std::vector<Whole>& all, std::size_t begin, std::size_t end) {
  const auto after = std::upper_bound(
      all.begin(), all.end(), begin, [](std::size_t at, const Whole& one) { return at < one.end; });
  if (after == all.end()) return false;
  return begin == end ? after->begin < begin : after->begin < end;
}

bool without_blanks(char32_t c) {
  if (c < 0x0E00) return false;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(c), &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return one_of(U"、。，；：！？", c);
  }
}

struct Close {
  void operator()(UBreakIterator* words) const { ubrk_close(words); }
  void operator()(UText* text) const { utext_close(text); }
};

// Borders of dictionary words where no blank is written, in order.
std::vector<std::size_t> dictionary_borders(std::string_view text) {
  std::vector<std::size_t> out;
  bool any = false;
  for (std::size_t at = 0; at < text.size() && !any;)
    any = without_blanks(next_code_point(text, at));
  if (!any) return out;
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UText, Close> source(
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &error));
  const std::unique_ptr<UBreakIterator, Close> words(
      ubrk_open(UBRK_WORD, "en", nullptr, 0, &error));
  if (words && source) ubrk_setUText(words.get(), source.get(), &error);
  if (U_FAILURE(error)) return out;  // without dictionaries only blanks are places to cut
  for (auto at = ubrk_next(words.get()); at != UBRK_DONE; at = ubrk_next(words.get())) {
    const auto place = static_cast<std::size_t>(at);
    const char32_t before = code_point_before(text, place).value;
    const char32_t after = code_point_at(text, place).value;
    const bool wanted = without_blanks(before) || without_blanks(after);
    const bool closing = is_punctuation(after) && !one_of(openers, after);
    if (wanted && !closing && !one_of(openers, before) && !is_white_space(before) &&
        !is_white_space(after))
      out.push_back(place);
  }
  return out;
}

bool is_abbreviation(std::string_view word) {
  constexpr std::array<std::string_view, 12> known{"Mr.", "Mrs.", "Ms.",  "Dr.", "Prof.", "St.",
                                                   "vs.", "e.g.", "i.e.", "cf.", "No.",   "Fig."};
  return std::find(known.begin(), known.end(), word) != known.end() ||
         (word.size() == 2 && is_ascii_alpha(word[0]));
}

// The mark that ends the piece, brackets and quotation marks behind it left out.
char32_t last_mark(std::string_view piece) {
  std::size_t end = piece.size();
  char32_t last = 0;
  while (end > 0) {
    const CodePoint point = code_point_before(piece, end);
    last = point.value;
    if (!one_of(closers, last)) break;
    end -= point.size;
  }
  return last;
}

bool ends_sentence(std::string_view piece, std::string_view next) {
  const char32_t mark = last_mark(piece);
  if (!one_of(sentence_ends, mark)) return false;
  return mark != '.' || (!is_abbreviation(piece) &&
                         u_islower(static_cast<UChar32>(code_point_at(next, 0).value)) == 0);
}

bool is_bullet(std::string_view piece) {
  if (piece == "•" || piece == "–") return true;
  if (piece.find_first_not_of("-*+>#") == std::string::npos) return true;
  const std::size_t digits = piece.find_first_not_of("0123456789");
  return digits > 0 && digits + 1 == piece.size() && (piece[digits] == '.' || piece[digits] == ')');
}

// Finds the pieces of a text, and then prices the cuts between them.
class Breaks {
 public:
  Breaks(const Passage& passage, const Limits& limits) : text_(passage.text) {
    std::vector<Whole> all = passage.whole;
    if (limits.entities) {
      for (const Entity& entity : limits.entities(text_)) {
        all.push_back({entity.begin, entity.end});
        if (entity.kind == EntityKind::url) urls_.push_back(entity.begin);
      }
    }
    for (const Whole& one : code_in(text_)) all.push_back(one);
    if (limits.markup == Markup::markdown) add_links(text_, all);
    whole_ = merged(std::move(all));
    borders_ = grapheme_ends(text_);
  }

  std::vector<Piece> take() {
    find_pieces();
    for (std::size_t i = 0; i + 1 < pieces_.size(); ++i) pieces_[i].cost = cost_after(i);
    for (std::size_t i = 1; i < pieces_.size(); ++i) keep_introduction(i);
    return std::move(pieces_);
  }

 private:
  bool may_cut(std::size_t begin, std::size_t end) const {
    const auto border = [&](std::size_t at) {
      return at == 0 || std::binary_search(borders_.begin(), borders_.end(), at);
    };
    return border(begin) && border(end) && !inside(whole_, begin, end);
  }

  void find_pieces() {
    const std::vector<std::size_t> words = dictionary_borders(text_);
    auto word = words.begin();
    std::size_t begin = 0;
    const auto close = [&](std::size_t end, std::size_t next) {
      if (end > begin) pieces_.push_back({begin, end, 0});
      begin = next;
    };
    for (std::size_t at = 0; at < text_.size();) {
      std::size_t end = at;
      std::size_t gap = at;
      while (end < text_.size() && is_breaking_space(next_code_point(text_, end))) gap = end;
      while (word != words.end() && *word < at) ++word;
      if (gap > at) {
        if (may_cut(at, gap)) close(at, gap);
        at = gap;
        continue;
      }
      if (word != words.end() && *word == at && may_cut(at, at)) close(at, at);
      static_cast<void>(next_code_point(text_, at));
    }
    close(text_.size(), text_.size());
  }

  std::string_view piece(std::size_t i) const {
    return std::string_view(text_).substr(pieces_[i].begin, pieces_[i].end - pieces_[i].begin);
  }

  std::string_view gap(std::size_t i) const {
    return std::string_view(text_).substr(pieces_[i].end, pieces_[i + 1].begin - pieces_[i].end);
  }

  bool has_url(std::size_t i) const {
    const auto url = std::lower_bound(urls_.begin(), urls_.end(), pieces_[i].begin);
    return url != urls_.end() && *url < pieces_[i].end;
  }

  bool begins_with_url(std::size_t i) const {
    if (!has_url(i)) return false;
    const std::size_t url = *std::lower_bound(urls_.begin(), urls_.end(), pieces_[i].begin);
    for (std::size_t at = pieces_[i].begin; at < url;) {
      if (!is_punctuation(next_code_point(text_, at))) return false;
    }
    return true;
  }

  bool starts_line(std::size_t i) const {
    return i == 0 || gap(i - 1).find('\n') != std::string::npos;
  }

  std::int64_t cost_after(std::size_t i) const {
    const std::string_view before = piece(i);
    const std::string_view after = piece(i + 1);
    const std::string_view between = gap(i);
    const char32_t mark = last_mark(before);
    if (begins_with_url(i + 1) && !has_url(i)) return glue_cost;
    if (starts_line(i) && is_bullet(before) && between.find('\n') == std::string::npos)
      return glue_cost;
    const bool sentence = ends_sentence(before, after);
    const auto lines = std::count(between.begin(), between.end(), '\n');
    if (lines > 0 && mark == ':') return lead_cost;
    if (lines > 1) return sentence ? 0 : heading_cost;
    if (lines > 0) return sentence || is_bullet(after) ? line_cost : clause_cost;
    if (between.empty() && !one_of(wide_sentence_ends, mark))
      return one_of(clause_ends, mark) ? clause_cost : word_cost;
    if (sentence) return sentence_cost;
    const char32_t next = code_point_at(after, 0).value;
    const bool clause = one_of(clause_ends, mark) || one_of(openers, next) || next == U'—';
    return clause ? clause_cost : word_cost;
  }

  // The words before a URL, back to where their sentence begins, are dear to cut.
  void keep_introduction(std::size_t url) {
    if (!has_url(url)) return;
    const std::size_t least = url > longest_introduction ? url - longest_introduction : 0;
    std::size_t i = url;
    if (pieces_[i - 1].cost == glue_cost) --i;
    for (; i > least; --i) {
      std::int64_t& cost = pieces_[i - 1].cost;
      if (cost <= heading_cost || cost >= introduction_cost) break;
      cost += introduction_cost;
    }
  }

  std::string text_;
  std::vector<Whole> whole_;
  std::vector<std::size_t> urls_;
  std::vector<std::size_t> borders_;
  std::vector<Piece> pieces_;
};

}  // namespace

Fence fence_of(std::string_view line) {
  const std::string_view bare = trim(line);
  Fence out;
  if (bare.empty() || (bare[0] != '`' && bare[0] != '~')) return out;
  out.size = std::min(bare.find_first_not_of(bare[0]), bare.size());
  const std::string_view rest = bare.substr(out.size);
  if (out.size < 3 || (bare[0] == '`' && rest.find('`') != std::string_view::npos)) return out;
  out.sign = bare[0];
  out.bare = rest.empty();
  return out;
}

std::vector<Whole> code_in(std::string_view text) {
  std::vector<Whole> out;
  if (text.find_first_of("`~") == std::string_view::npos) return out;
  Fence open;
  std::size_t begin = 0;  // of the block where one is open, else of what is no block
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const Fence fence = fence_of(text.substr(at, end - at));
    if (open.sign == 0 && fence.sign != 0) {
      add_spans(text, begin, at, out);
      open = fence;
      begin = at;
    } else if (open.sign != 0 && fence.sign == open.sign && fence.bare && fence.size >= open.size) {
      out.push_back({begin, end});
      open = {};
      begin = end;
    }
    at = end + 1;
  }
  // A fence that nothing closes is a slip, or text.
  add_spans(text, begin, text.size(), out);
  return out;
}

bool is_breaking_space(char32_t c) {
  return is_white_space(c) && c != 0xA0 && c != 0x2007 && c != 0x202F;
}

std::vector<Piece> pieces_of(const Passage& passage, const Limits& limits) {
  return Breaks(passage, limits).take();
}

}  // namespace carillon
