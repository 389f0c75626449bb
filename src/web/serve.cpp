#include "web/serve.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>

#include "base/log.hpp"
#include "hub/service.hpp"
#include "net/server.hpp"
#include "web/api.hpp"

namespace carillon {

namespace {

void log_access(const AccessEntry& entry) {
  log(Level::info, "request",
      {{"method", std::string(entry.method)},
       {"path", std::string(entry.path)},
       {"status", std::to_string(entry.status)},
       {"bytes", std::to_string(entry.bytes)},
       {"micros", std::to_string(entry.micros)}});
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
  TRY(const Secret token, api_token(service->hub()->workspace().data_dir()));
  HttpServerOptions options;
  options.address = where.first;
  options.port = where.second;
  options.access_log = log_access;
  TRY(const auto server, HttpServer::start(options, [&](const HttpQuery& query) {
        return query.path.starts_with("/api/") ? answer_api(*service, token, query)
                                               : service->answer(query);
      }));
  const std::string address = fmt::format("http://{}:{}/", where.first, server->port());
  std::fprintf(stderr, "Serving %s - stop with Ctrl-C.\n", address.c_str());
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  server->stop();
  service->stop();
  return 0;
}

}  // namespace carillon
