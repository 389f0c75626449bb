#include "net/mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

constexpr std::size_t line_most = 76;  // RFC 2045 section 6.7, RFC 2047 section 2

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atom(std::string_view text) {  // RFC 5322 section 3.2.3, dot-atom
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alnum(c) ||
                  std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
         });
}

bool is_host(std::string_view text) {
  return is_atom(text) && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string escaped(char c) {
  return fmt::format("={:02X}", static_cast<unsigned char>(c));
}

// Bytes of the character that begins with `lead`.
std::size_t width(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1U : byte < 0xe0 ? 2U : byte < 0xf0 ? 3U : 4U;
}

// RFC 2047: no character is cut in two, no word is longer than 75, one word a line.
std::string encoded_words(std::string_view text) {
  constexpr std::string_view open = "=?utf-8?Q?";
  constexpr std::string_view close = "?=";
  std::string out;
  std::string word(open);
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view one = text.substr(i, width(text[i]));
    std::string piece;
    for (const char c : one) piece += is_alnum(c) ? std::string(1, c) : escaped(c);
    if (one == " ") piece = "_";
    // The first stands behind the name of its header.
    if (word.size() + piece.size() + close.size() > (out.empty() ? 60U : 75U)) {
      out += word + std::string(close) + "\r\n ";
      word = open;
    }
    word += piece;
    i += one.size();
  }
  return out + word + std::string(close);
}

// RFC 5322 section 2.2.3: a line break goes before a blank. `column`: behind the header's name.
std::string folded(std::string_view text, std::size_t column) {
  std::string out;
  while (column + text.size() > line_most) {
    const std::size_t most = line_most > column ? line_most - column : 0;
    auto blank = text.rfind(' ', most);
    if (blank == 0 || blank == std::string_view::npos) blank = text.find(' ', 1);
    if (blank == std::string_view::npos) break;
    out += std::string(text.substr(0, blank)) + "\r\n";
    text.remove_prefix(blank);
    column = 0;
  }
  return out + std::string(text);
}

std::string words(std::string_view text, std::size_t column) {
  const bool plain = is_ascii(text) && text.find("=?") == std::string_view::npos &&
                     text.find("  ") == std::string_view::npos;
  return plain ? folded(text, column) : encoded_words(text);
}

// RFC 5322 section 3.4: a display name that is no list of plain atoms is quoted, or encoded.
std::string display_name(std::string_view text) {
  if (!is_ascii(text) || text.size() > 60) return encoded_words(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// RFC 2045 section 6.7, one line of text to lines that end in CRLF.
std::string quoted_printable(std::string_view line) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool blank = c == ' ' || c == '\t';
    const bool plain = (c >= 0x21 && c < 0x7f && c != '=') || (blank && !last);
    const std::string piece = plain ? std::string(1, c) : escaped(c);
    if (column + piece.size() > line_most - (last ? 0U : 1U)) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out + "\r\n";
}

}  // namespace

Result<MailAddress> MailAddress::parse(std::string_view text) {
  const auto at = text.find('@');
  if (at != std::string_view::npos && text.size() <= limits::email_bytes &&
      is_atom(text.substr(0, at)) && at <= 64 && is_host(text.substr(at + 1)))
    return MailAddress(std::string(text));
  return fail(Fault::invalid, fmt::format("no mail can be sent to \"{}\"", MailWords(text).str()),
              "An address is written as name@example.org, in plain letters.");
}

std::string_view MailAddress::domain() const {
  return std::string_view(text_).substr(text_.find('@') + 1);
}

MailWords::MailWords(std::string_view text) : text_(trim(text)) {
  for (char& c : text_) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  while (const auto bad = first_bad_utf8(text_)) text_[*bad] = '?';
}

MessageId::MessageId(std::string_view unique, const MailAddress& from) : text_("<") {
  for (const char c : unique) {
    if (is_alnum(c) || c == '-') text_ += c;
  }
  text_ += fmt::format("@{}>", from.domain());
}

std::string mail_bytes(const MailMessage& message) {
  std::string date = http_time(message.date);
  date.replace(date.size() - 3, 3, "+0000");  // RFC 5322 knows GMT only as obsolete
  std::string out;
  const auto header = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{}: {}\r\n", name, value);
  };
  header("Date", date);
  header("From", fmt::format("{} <{}>", display_name(message.from_name.str()), message.from.str()));
  header("To", fmt::format("<{}>", message.to.str()));
  header("Subject", words(message.subject.str(), std::string_view("Subject: ").size()));
  header("Message-ID", message.id.str());
  header("Auto-Submitted", "auto-generated");
  if (message.unsubscribe) {
    header("List-Unsubscribe", fmt::format("<{}>", message.unsubscribe->str()));
    header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
  }
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "quoted-printable");
  out += "\r\n";
  std::string_view text = message.text;
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string& line : split(text, '\n')) out += quoted_printable(line);
  return out;
}

}  // namespace carillon
