#include "retire/archive_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The bytes that say where a record ends.
constexpr std::array<bool, 256> bounds = [] {
  std::array<bool, 256> out{};
  for (const char c : {'"', '{', '}', '[', ']'}) out.at(static_cast<unsigned char>(c)) = true;
  return out;
}();

bool is_byte_order_mark(char c) {
  return c == '\xEF' || c == '\xBB' || c == '\xBF';
}

tl::unexpected<Error> no_list() {
  return fail(Fault::corrupt, "this is not a list of records",
              "Ask the platform for the archive again.");
}

}  // namespace

ArchiveRecords::ArchiveRecords(Sink sink, std::string list)
    : sink_(std::move(sink)), list_(std::move(list)) {}

Result<void> ArchiveRecords::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (where_ == Where::after) return {};
    if (where_ == Where::inside) {
      TRY(at, record(bytes, at));
      continue;
    }
    CHECK_OK(head(bytes[at]));
    if (where_ != Where::inside) ++at;
  }
  return {};
}

// One byte outside of records.
Result<void> ArchiveRecords::head(char c) {
  if (where_ == Where::between) {
    if (is_space(c) || c == ',') return {};
    if (c == ']') {
      where_ = Where::after;
      return {};
    }
    if (c != '{') return no_list();
    where_ = Where::inside;
    return {};
  }
  if (where_ == Where::outside) {  // within an object, on the way to the member `list`
    if (in_string_) {
      if (!escaped_ && c == '"') in_string_ = false;
      escaped_ = !escaped_ && c == '\\';
      if (in_string_ && word_.size() <= list_.size()) word_ += c;
    } else if (c == '"') {
      in_string_ = true;
      word_.clear();
    } else if (c == '{' || (c == '[' && (depth_ != 1 || word_ != list_))) {
      ++depth_;
    } else if (c == '[') {
      depth_ = 0;
      where_ = Where::between;
    } else if (c == '}' || c == ']') {
      if (depth_ <= 1) return no_list();
      --depth_;
    }
    return {};
  }
  const bool starts = c == (list_.empty() ? '[' : '{');
  if (starts && (where_ == Where::equals || word_.empty())) {
    where_ = list_.empty() ? Where::between : Where::outside;
    depth_ = list_.empty() ? 0 : 1;
    return {};
  }
  if (is_space(c)) return {};
  if (where_ == Where::equals) return no_list();
  if (c == '=') {
    where_ = Where::equals;
  } else if (!is_byte_order_mark(c)) {
    word_ = c;
  }
  return {};
}

// Goes on with a record from `from`; where it stopped.
Result<std::size_t> ArchiveRecords::record(std::string_view bytes, std::size_t from) {
  const std::size_t end = end_of(bytes, from);
  const std::string_view piece = bytes.substr(from, end - from);
  if (text_.size() + piece.size() > limits::archive_record_bytes)
    return fail(Fault::too_large,
                fmt::format("a record is larger than {} bytes", limits::archive_record_bytes));
  if (depth_ > 0) {
    text_ += piece;
    return end;
  }
  where_ = Where::between;
  if (text_.empty()) {
    CHECK_OK(sink_(piece));
    return end;
  }
  text_ += piece;
  CHECK_OK(sink_(text_));
  text_.clear();
  return end;
}

// Behind the quotation mark that closes the string, or the end of the bytes. Most of an archive is
// text, so memchr looks for both marks; a backslash is looked for only before the next quotation
// mark, which is found once.
std::size_t ArchiveRecords::end_of_string(std::string_view bytes, std::size_t at) {
  if (escaped_ && at < bytes.size()) {
    escaped_ = false;
    ++at;
  }
  std::size_t quote = std::min(bytes.find('"', at), bytes.size());
  while (at < bytes.size()) {
    const std::size_t backslash = bytes.substr(0, quote).find('\\', at);
    if (backslash == std::string_view::npos) {
      in_string_ = quote == bytes.size();
      return in_string_ ? quote : quote + 1;
    }
    at = backslash + 2;
    escaped_ = at > bytes.size();
    if (at > quote) quote = std::min(bytes.find('"', at), bytes.size());
  }
  return bytes.size();
}

// Behind the bracket that closes the record, or the end of the bytes.
std::size_t ArchiveRecords::end_of(std::string_view bytes, std::size_t at) {
  if (in_string_) at = end_of_string(bytes, at);
  while (true) {
    while (at < bytes.size() && !bounds[static_cast<unsigned char>(bytes[at])]) ++at;
    if (at == bytes.size()) return at;
    const char c = bytes[at++];
    if (c == '"') {
      in_string_ = true;
      at = end_of_string(bytes, at);
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (--depth_ == 0) {
      return at;
    }
  }
}

Result<void> ArchiveRecords::finish() const {
  if (where_ == Where::after) return {};
  if (where_ == Where::before && word_.empty()) return {};  // an empty file: nothing was there
  return fail(Fault::corrupt, "the list ends before its last bracket: the file is cut short",
              "Download the archive again.");
}

std::string_view after_assignment(std::string_view text) {
  std::string_view rest = trim(text);
  while (!rest.empty() && is_byte_order_mark(rest.front())) rest.remove_prefix(1);
  if (rest.starts_with('{') || rest.starts_with('[')) return rest;
  const auto equals = rest.find('=');
  return equals == std::string_view::npos ? std::string_view() : trim(rest.substr(equals + 1));
}

}  // namespace carillon
