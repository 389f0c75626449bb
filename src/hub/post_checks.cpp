#include "hub/post_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "base/zone.hpp"
#include "channel/registry.hpp"

namespace carillon {

namespace {

// Networks that a post may hold a text or a handle for before there is a channel on them.
constexpr std::string_view known_networks[] = {
    "x",     "threads", "linkedin", "facebook",  "instagram", "matrix",  "telegram", "discord",
    "slack", "zulip",   "reddit",   "discourse", "github",    "youtube", "peertube", "lemmy"};

std::optional<Error> unknown_word(const std::string& path, const std::string& word,
                                  const std::vector<std::string>& known, const std::string& what) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return std::nullopt;
  const auto near = nearest(word, known);
  return Error{Fault::invalid, fmt::format("{}: there is no {} \"{}\"", path, what, word),
               near ? fmt::format("Did you mean \"{}\"?", *near)
                    : fmt::format("Known are: {}.", fmt::join(known, ", "))};
}

}  // namespace

std::vector<Error> name_problems(const Hub& hub, const Draft& draft, std::string_view text) {
  std::vector<Error> out;
  const auto look = [&](const std::string& path, const std::string& word,
                        const std::vector<std::string>& known, const std::string& what) {
    if (auto error = unknown_word(path, word, known, what))
      out.push_back(within(fmt::format("line {}", post_line(text, path + "/" + word)), *error));
  };
  std::vector<std::string> known(std::begin(known_networks), std::end(known_networks));
  for (const Platform* platform : all_platforms()) known.push_back(platform->name);
  for (const auto& [name, handles] : draft.mentions) {
    for (const auto& [platform, handle] : handles)
      look("/mentions/" + name, platform, known, "platform");
  }
  for (const Channel& channel : hub.workspace().channels) known.push_back(channel.name);
  for (const auto& [name, own] : draft.texts) look("/texts", name, known, "channel or platform");
  return out;
}

Result<Micros> moment_of(const Hub& hub, const std::string& said, const std::string& where) {
  const Micros now = hub.clock().now();
  if (said.empty() || said == "now") return now;
  auto due = parse_when(said, hub.workspace().config.organisation.time_zone);
  if (!due) return tl::unexpected<Error>(within(where, std::move(due).error()));
  if (*due + hub.workspace().config.policy.window_minutes * minute < now)
    return fail(Fault::invalid, fmt::format("{}: {} is past", where, said),
                "Nothing was sent. Name a time to come, or take it out to publish now.");
  return *due;
}

}  // namespace carillon
