// A small archive of X, written for a test.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/describe.hpp"

namespace carillon::rig {

class SmallArchive {
 public:
  explicit SmallArchive(std::filesystem::path dir) : dir_(std::move(dir)) {
    std::filesystem::create_directories(dir_ / "data/tweets_media");
    std::filesystem::create_directories(dir_ / "data/deleted_tweets_media");
  }

  // A post of the 12th of August 2023, `seconds` after 16:00; `more` are further members.
  static std::string post(const std::string& id, int seconds, const std::string& text,
                          const std::string& more = {}) {
    const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return R"({"tweet" : {"id_str" : ")" + id + R"(", "created_at" : "Sat Aug 12 16:)" +
           two(seconds / 60) + ":" + two(seconds % 60) + R"( +0000 2023", "full_text" : )" +
           json::serialize(json::string(text)) + (more.empty() ? "" : ", " + more) + "}}";
  }

  static std::string answers(const std::string& id, const std::string& user) {
    return R"("in_reply_to_status_id_str" : ")" + id + R"(", "in_reply_to_user_id_str" : ")" +
           user + "\"";
  }

  static std::string link(const std::string& address, const std::string& target) {
    return R"("entities" : {"urls" : [{"url" : ")" + address + R"(", "expanded_url" : ")" + target +
           "\"}]}";
  }

  static std::string picture(const std::string& address, const std::string& file,
                             const std::string& alt) {
    return R"("extended_entities" : {"media" : [{"type" : "photo", "url" : ")" + address +
           R"(", "media_url_https" : "https://pbs.twimg.com/media/)" + file +
           R"(", "ext_alt_text" : )" + json::serialize(json::string(alt)) + "}]}";
  }

  // data/NAME.js, with these records.
  void list(const std::string& name, const std::vector<std::string>& records) const {
    std::string text = "window.YTD.something.part0 = [ ";
    for (std::size_t i = 0; i < records.size(); ++i) text += (i > 0 ? ",\n" : "") + records[i];
    file("data/" + name + ".js", text + "\n]");
  }

  void manifest(const std::string& generated, bool partial = false) const {
    file("data/manifest.js",
         R"(window.__THAR_CONFIG = {"userInfo" : {"accountId" : "7", "userName" : "Ours",)"
         R"("displayName" : "Our <Org>"}, "archiveInfo" : {"generationDate" : ")" +
             generated + R"(", "isPartialArchive" : )" + (partial ? "true" : "false") + "}}");
  }

  void file(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << bytes;
  }

  [[nodiscard]] std::string path() const { return dir_.string(); }

 private:
  std::filesystem::path dir_;
};

}  // namespace carillon::rig
