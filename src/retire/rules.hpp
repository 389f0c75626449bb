// The rules that read one line for one platform. Each answers for the forms it knows and leaves the
// rest to the next; `judge` asks them in order. None looks at what kind of file it is beyond its
// syntax: that a post is history or a test a fixture is decided once, in `judge`. All pure.
#pragma once

#include <optional>

#include "retire/scan_page.hpp"

namespace carillon::rules {

using Answer = std::optional<Verdict>;

// rules_address.cpp: addresses and badges.
Answer addresses(const ScanPage& page, std::size_t line, const WatchedNetwork& who);

// rules_name.cpp: cards, keys with a name as value, share buttons, bare names.
Answer cards(const ScanPage& page, std::size_t line, const WatchedNetwork& who);
Answer keys(const ScanPage& page, std::size_t line, const WatchedNetwork& who);
Answer widgets(const ScanPage& page, std::size_t line, const WatchedNetwork& who);
Answer names(const ScanPage& page, std::size_t line, const WatchedNetwork& who);

// rules_service.cpp: programs, secrets, rules about addresses, signing in.
Answer services(const ScanPage& page, std::size_t line, const WatchedNetwork& who);
Answer sign_in(const ScanPage& page, std::size_t line, const WatchedNetwork& who);

// rules_word.cpp: catalogues, prose, icons, and what is left.
Answer catalogues(const ScanPage& page, std::size_t line, const WatchedNetwork& who);
Answer prose(const ScanPage& page, std::size_t line, const WatchedNetwork& who);
Answer leftovers(const ScanPage& page, std::size_t line, const WatchedNetwork& who);

// Whether what a template puts in belongs to the organisation, to a person, or one cannot tell.
enum class Owner { organisation, person, unknown };
[[nodiscard]] Owner owner_of(std::string_view expression);

// Whether the whole line is a comment of its language.
[[nodiscard]] bool is_comment(const ScanPage& page, std::size_t line);

// Whether the line stands in what a link checker reads.
[[nodiscard]] bool in_link_rules(const ScanPage& page, std::size_t line);

// Whether the line has one of the words of the network.
[[nodiscard]] bool names_network(std::string_view plain, const Network& network);

// Whether the line promises something that only the account can keep: a tweet for sponsors, so and
// so many followers.
[[nodiscard]] bool is_promise(std::string_view plain);

// The more urgent of two.
[[nodiscard]] Answer stronger(Answer a, Answer b);

// Whether any of the parts stands in the text.
[[nodiscard]] bool any_of(std::string_view text, std::initializer_list<std::string_view> parts);

}  // namespace carillon::rules

namespace carillon {

// What is to be done with the line, or nothing when it has nothing to do with the platform.
[[nodiscard]] std::optional<Verdict> judge_line(const ScanPage& page, std::size_t line,
                                                const WatchedNetwork& who);

// The same verdict as far as the file's place allows it; `with_history`: as in text of today where
// it stands in history. Pure.
[[nodiscard]] Verdict within_scope(Verdict verdict, const ScanPage& page, bool with_history);

}  // namespace carillon
