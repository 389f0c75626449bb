#include <fmt/format.h>
#include <sqlite3.h>

#include <csignal>
#include <cstdio>
#include <mutex>

#include "bench.hpp"
#include "net/server.hpp"

namespace carillon::bench {

namespace {

// The least a program can do that keeps its word: one row, committed to the disk.
class Rows {
 public:
  explicit Rows(const std::string& path) {
    const char* const pragmas =
        "pragma journal_mode=wal; pragma synchronous=full; create table if not exists t (body "
        "text)";
    good_ = sqlite3_open(path.c_str(), &db_) == SQLITE_OK &&
            sqlite3_exec(db_, pragmas, nullptr, nullptr, nullptr) == SQLITE_OK &&
            sqlite3_prepare_v2(db_, "insert into t values (?)", -1, &insert_, nullptr) == SQLITE_OK;
  }
  ~Rows() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  [[nodiscard]] bool good() const { return good_; }
  bool add(std::string_view body) {
    const std::scoped_lock lock(mutex_);
    sqlite3_reset(insert_);
    sqlite3_bind_text(insert_, 1, body.data(), static_cast<int>(body.size()), SQLITE_TRANSIENT);
    return sqlite3_step(insert_) == SQLITE_DONE;
  }

 private:
  std::mutex mutex_;
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  bool good_ = false;
};

}  // namespace

int bare(const std::string& dir, std::size_t reply_bytes) {
  Rows rows(dir + "/bare.db");
  if (!rows.good()) return 1;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  HttpServerOptions options;
  options.port = 0;
  const std::string body(reply_bytes, 'x');
  const auto server = HttpServer::start(options, [&](const HttpQuery& query) {
    HttpAnswer answer;
    if (query.method != "GET" && !rows.add(query.body)) answer.status = 500;
    answer.body = body;
    return answer;
  });
  if (!server) return 1;
  fmt::print("{}\n", (*server)->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

}  // namespace carillon::bench
