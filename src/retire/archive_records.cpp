#include "retire/archive_records.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

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

// Behind the bracket that closes the record, or the end of the bytes.
std::size_t ArchiveRecords::end_of(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    const char c = bytes[at++];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      return at;
    }
  }
  return at;
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
