// A text file as the rules read it: by lines, raw and plain, with the place it has in its tree.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "retire/accounts.hpp"
#include "retire/links.hpp"
#include "retire/place.hpp"

namespace carillon {

class ScanPage {
 public:
  // Both must outlive the page.
  ScanPage(std::string_view path, std::string_view text, Held held = Held::tree);

  [[nodiscard]] std::size_t count() const { return starts_.size(); }
  [[nodiscard]] std::string_view path() const { return path_; }
  [[nodiscard]] const Place& place() const { return place_; }
  // The line without its end; empty where there is none. Lines count from 0.
  [[nodiscard]] std::string_view raw(std::size_t line) const;
  // plain_line(raw(line)), made once.
  [[nodiscard]] const std::string& plain(std::size_t line) const;
  // The line that holds this byte.
  [[nodiscard]] std::size_t line_of(std::size_t offset) const;
  // White space in front; a line without text has npos.
  [[nodiscard]] std::size_t indent(std::size_t line) const;
  // Whether the words stand in the text, ignoring case.
  [[nodiscard]] bool holds(std::string_view word) const;

 private:
  std::string_view path_;
  std::string_view text_;
  Place place_;
  std::vector<std::size_t> starts_;
  mutable std::map<std::size_t, std::string> plain_;
  mutable std::map<std::string, bool, std::less<>> held_;
};

// The accounts of one platform that are to be left.
struct WatchedNetwork {
  std::shared_ptr<const Network> network;
  std::vector<AccountName> accounts;  // with names as they stand in addresses of the network

  // The account of that name, with or without the network's server, ignoring case, as it was
  // written; null: not ours.
  [[nodiscard]] const std::string* own(std::string_view name) const;
  // The first of our accounts that the plain text names: as a word that is not part of a longer
  // name or a domain. A name that is a domain counts behind `@` only: else each mention of the
  // organisation's own site would be one.
  [[nodiscard]] const std::string* named_in(std::string_view plain) const;
};

// What the rules say of a line.
struct Verdict {
  Action action = Action::leave;
  Form form = Form::prose;
  std::string reason;
  std::string handle;
};

}  // namespace carillon
