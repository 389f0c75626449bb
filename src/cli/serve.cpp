#include "cli/serve.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>

#include "base/log.hpp"
#include "hub/site.hpp"
#include "net/server.hpp"

namespace carillon {

namespace {

// One round of the outbox, and the site anew when something changed.
void work(Hub& hub, SiteCache& site, Micros& shown) {
  const auto moved = hub.outbox().run_once();
  if (!moved) log(Level::error, moved.error().what, {{"hint", moved.error().hint}});
  const auto all = hub.outbox().deliveries("");
  if (!all) {
    log(Level::error, all.error().what, {{"hint", all.error().hint}});
    return;
  }
  Micros newest = 1;
  for (const Delivery& delivery : *all) newest = std::max(newest, delivery.updated);
  if (newest == shown) return;
  auto view = hub.view();
  if (!view) {
    log(Level::error, view.error().what);
    return;
  }
  site.show(std::move(*view));
  shown = newest;
}

}  // namespace

Result<int> serve(Hub& hub, const std::string& listen) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals,
                  nullptr);  // inherited by every thread: only we wait for them
  SiteCache site(hub.clock(), hub.workspace().data_dir() + "/media");
  Micros shown = 0;
  work(hub, site, shown);
  TRY(const auto where, parse_listen(listen));
  HttpServerOptions options;
  options.address = where.first;
  options.port = where.second;
  options.access_log = [](const AccessEntry& entry) {
    log(Level::info, "request",
        {{"method", std::string(entry.method)},
         {"path", std::string(entry.path)},
         {"status", std::to_string(entry.status)},
         {"bytes", std::to_string(entry.bytes)},
         {"micros", std::to_string(entry.micros)}});
  };
  TRY(const auto server,
      HttpServer::start(options, [&](const HttpQuery& query) { return site.answer(query); }));
  std::fprintf(stderr, "Serving http://%s:%d/ - stop with Ctrl-C.\n", where.first.c_str(),
               int(server->port()));
  const timespec pause{1, 0};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) work(hub, site, shown);
  server->stop();
  return 0;
}

}  // namespace carillon
