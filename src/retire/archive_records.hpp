// Cuts a file of an archive, `window.YTD.tweets.part0 = [ {…}, {…} ]` or plain JSON, into its
// records, with no more in memory than one of them. X breaks and renames these lines at will, so
// only the first `=` and the brackets count.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace carillon {

// Not thread-safe.
class ArchiveRecords {
 public:
  // Takes the text of one record, valid until it returns.
  using Sink = std::function<Result<void>(std::string_view)>;

  // `list`: the member whose array holds the records ("orderedItems"); empty: the outermost array.
  explicit ArchiveRecords(Sink sink, std::string list = {});

  // Takes the next bytes of the file. Errors: corrupt (no such file), too_large (a record over
  // limits::archive_record_bytes), and those of the sink.
  Result<void> feed(std::string_view bytes);
  // Says that the file ended. Errors: corrupt when it ended in the middle of its list.
  Result<void> finish() const;

 private:
  enum class Where { before, equals, outside, between, inside, after };
  Result<void> head(char c);
  Result<std::size_t> record(std::string_view bytes, std::size_t from);
  [[nodiscard]] std::size_t end_of(std::string_view bytes, std::size_t from);
  [[nodiscard]] std::size_t end_of_string(std::string_view bytes, std::size_t from);

  Sink sink_;
  std::string list_;
  Where where_ = Where::before;
  std::string text_;       // the beginning of a record whose end has not come yet
  std::string word_;       // the last text outside of records, to find `list` by
  std::size_t depth_ = 0;  // of brackets within the record
  bool in_string_ = false;
  bool escaped_ = false;
};

// What stands right of the first `=` of such a file, or the whole of it where it begins with a
// bracket; empty when there is neither. Pure.
[[nodiscard]] std::string_view after_assignment(std::string_view text);

}  // namespace carillon
