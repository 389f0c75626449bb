// The pages of the past one at a time, made when somebody asks for one: the same bytes that a build
// writes, and a search.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "retire/archive_place.hpp"

namespace carillon {

// What stands at a path; either bytes or a file that holds them.
struct PastFound {
  std::string path;  // where it stands: another one than was asked for, where a "/" was left out
  std::string type;
  std::string body;
  std::string file;
  bool immutable = false;
};

// Thread-safe.
class PastSite {
 public:
  // Whether there is anything to show: an import that came to its end.
  [[nodiscard]] static bool is_there(const std::string& data_dir);
  // Errors: those of ArchiveStore::open.
  static Result<std::unique_ptr<PastSite>> open(const std::string& data_dir, PastPlace place,
                                                PastFrame frame);

  // What stands at a path below the organisation's url, or nothing. `query`: what follows "?", for
  // "search?q=". Errors: those of Store.
  Result<std::optional<PastFound>> find(const std::string& path, std::string_view query);

 private:
  PastSite(std::string data_dir, std::unique_ptr<ArchiveStore> store, PastPlace place,
           PastFrame frame)
      : data_dir_(std::move(data_dir)),
        store_(std::move(store)),
        place_(std::move(place)),
        frame_(std::move(frame)) {}
  [[nodiscard]] PastFound whole(const PastPage& page) const;
  Result<std::optional<PastFound>> of_account(const PastAccountRow& account, std::string_view rest);
  Result<std::optional<PastFound>> of_time(const PastAccountRow& account, std::string_view rest);
  Result<std::optional<PastFound>> feed(const PastAccountRow& account, bool atom);
  Result<PastPage> search(std::string_view query);
  [[nodiscard]] std::optional<PastFound> media(const std::string& path,
                                               std::string_view rest) const;
  Result<std::optional<PastFound>> redirects();

  std::string data_dir_;
  std::unique_ptr<ArchiveStore> store_;
  PastPlace place_;
  PastFrame frame_;
  std::mutex mutex_;
  std::int64_t redirects_of_ = -1;  // the version whose redirects lie on the disk
};

}  // namespace carillon
