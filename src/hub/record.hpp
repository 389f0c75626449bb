// The audit log as a thing that can be checked and carried away, as operations.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/chain.hpp"
#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct RecordVerifyRequest {
  std::string file = {};
  std::string head = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"file", "an exported log; default: that of the workspace"},
      {"head", "a head that was written down earlier: is it in this chain?"},
  }};
};
BOOST_DESCRIBE_STRUCT(RecordVerifyRequest, (), (file, head))

struct RecordVerified {
  bool whole = false;  // nothing was changed, and the head that was asked for is in it
  std::int64_t events = 0;
  std::int64_t first = 0;  // the number of the first event
  std::int64_t last = 0;
  std::string from;  // when the first one was: RFC 3339 in UTC; empty: there is none
  std::string to;
  std::int64_t erased = 0;     // events whose details are erased, and it is told that they are
  std::string head;            // the hash of the last event, in hexadecimal
  std::int64_t broken_at = 0;  // the number of the first event that does not fit
  std::string broken;          // what was changed there, in a sentence
  std::int64_t head_at = 0;    // the event of the head that was asked for; 0: not in this chain
  std::string asked;           // that head
};
BOOST_DESCRIBE_STRUCT(RecordVerified, (),
                      (whole, events, first, last, from, to, erased, head, broken_at, broken,
                       head_at, asked))

struct RecordExportRequest {
  std::string out = {};
  std::string since = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"out", "the file to write to; default: standard output"},
      {"since", "the first day or moment; default: everything"},
  }};
};
BOOST_DESCRIBE_STRUCT(RecordExportRequest, (), (out, since))

struct RecordExported {
  std::string out;
  std::int64_t events = 0;
  std::string head;  // the hash of the last event, in hexadecimal; empty: no event
};
BOOST_DESCRIBE_STRUCT(RecordExported, (), (out, events, head))

// A day or a moment as people write it: "2026-11-26", "2026-11-26T10:00:00Z"; empty: 0. Errors:
// invalid, naming the flag. Pure.
[[nodiscard]] Result<Micros> moment_of(const std::string& flag, const std::string& said);

// Checks the workspace's log, or the file where one is named. Errors: invalid for a head that is
// none; those of file and database. What is broken stands in the reply.
Result<RecordVerified> record_verify(Hub& hub, const Actor& actor,
                                     const RecordVerifyRequest& request);
// The same for a file, without a workspace.
Result<RecordVerified> verify_file(const RecordVerifyRequest& request);
[[nodiscard]] int verified_code(const RecordVerified& verified);

// Gives the log line by line, each with its line break. Returns how many, and the last hash.
Result<RecordExported> export_lines(Hub& hub, const std::string& since,
                                    const std::function<Result<void>(std::string_view)>& each);
// Writes it to a file, which is whole or not there. Errors: unavailable, those of the database.
Result<RecordExported> record_export(Hub& hub, const Actor& actor,
                                     const RecordExportRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string verified_in_words(const RecordVerified& verified);
[[nodiscard]] std::string exported_in_words(const RecordExported& exported);

[[nodiscard]] std::vector<Operation<Hub>> record_operations();

}  // namespace carillon
