#include "web/serve.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>

#include "base/log_batch.hpp"
#include "hub/fediverse.hpp"
#include "hub/notices.hpp"
#include "hub/people.hpp"
#include "hub/proposing.hpp"
#include "hub/service.hpp"
#include "net/server.hpp"
#include "web/account.hpp"
#include "web/api.hpp"
#include "web/app.hpp"
#include "web/calendar.hpp"
#include "web/client.hpp"
#include "web/desk.hpp"
#include "web/mail.hpp"
#include "web/oauth.hpp"
#include "web/propose.hpp"
#include "web/sign_in.hpp"

namespace carillon {

namespace {

// Of this thread of the server.
LogBatch& requests() {
  thread_local LogBatch out;
  return out;
}

void log_access(const AccessEntry& entry) {
  const fmt::format_int status(entry.status);
  const fmt::format_int bytes(entry.bytes);
  const fmt::format_int micros(entry.micros);
  requests().add(Level::info, "request",
                 {{"method", entry.method},
                  {"path", entry.path},
                  {"status", {status.data(), status.size()}},
                  {"bytes", {bytes.data(), bytes.size()}},
                  {"micros", {micros.data(), micros.size()}}});
}

HttpAnswer answer(Service& service, const Secret& token, const HttpQuery& query) {
  if (auto page = answer_oauth(service, query)) return std::move(*page);
  if (auto page = answer_client(service, query)) return std::move(*page);
  if (query.path.starts_with("/api/")) return answer_api(service, token, query);
  if (auto page = answer_sign_in(service, query)) return std::move(*page);
  if (auto page = answer_app(service, query)) return std::move(*page);
  if (auto page = answer_desk(service, query)) return std::move(*page);
  if (auto page = answer_account(service, query)) return std::move(*page);
  if (auto page = answer_calendar(service, query)) return std::move(*page);
  if (auto page = answer_mail(service, query)) return std::move(*page);
  if (auto page = answer_propose(service, query)) return std::move(*page);
  return service.answer(query);
}

// Lets in the first admin: by the address that listens here, unless the organisation's is https,
// which alone the cookies go to.
Result<void> tell_first_link(Hub& hub, const std::string& here) {
  TRY(const auto link, first_link_of(hub));
  if (!link) return {};
  const bool secure = hub.workspace().config.organisation.url.starts_with("https://");
  std::fprintf(stderr, "sign in  %s\n",
               welcome_address(hub, *link, secure ? std::string() : here).c_str());
  return {};
}

}  // namespace

Result<int> serve(const std::string& workspace, const std::string& listen) {
  // Inherited by every thread: only this one waits for them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  TRY(const auto where, parse_listen(listen.empty() ? "127.0.0.1:8080" : listen));
  TRY(const auto service, Service::start(workspace));
  CHECK_OK(check_peers(*service->hub(), where.first));
  TRY(const Secret token, api_token(service->hub()->workspace().data_dir()));
  HttpServerOptions options;
  options.address = where.first;
  options.port = where.second;
  options.access_log = log_access;
  options.access_flush = [] { requests().flush(); };
  options.quick = [&](const HttpQuery& query) { return service->answer_at_once(query); };
  // Base64 makes four bytes of three.
  options.large_bodies = {{"/api/v1/pictures", limits::media_upload_bytes / 3 * 4 + 4096},
                          {"/api/v1/media", limits::media_upload_bytes + 16384},
                          {"/api/v2/media", limits::media_upload_bytes + 16384}};
  options.secret_paths = {std::string(welcome_path), std::string(fate_path),
                          std::string(mail_proof_path), std::string(mail_off_path)};
  TRY(const auto server, HttpServer::start(options, [&](const HttpQuery& query) {
        return answer(*service, token, query);
      }));
  const std::string address = fmt::format("http://{}:{}", where.first, server->port());
  std::fprintf(stderr, "Serving %s/ - stop with Ctrl-C.\n", address.c_str());
  CHECK_OK(tell_first_link(*service->hub(), address));
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  server->stop();
  service->stop();
  return 0;
}

}  // namespace carillon
