#include "net/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/guard.hpp"
#include "net/transfer.hpp"
#include "net/user_agent.hpp"

namespace carillon {
namespace {

// Debian's libcurl 7.88 sometimes leaves an HTTP/2 stream with data already read and sleeps for the
// whole poll; a short poll while transfers are live hides that.
constexpr int poll_live_ms = 20;
constexpr int poll_idle_ms = 60'000;
constexpr std::size_t kept_handles = 64;
constexpr long kept_connections = 128;

struct MultiDelete {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

tl::unexpected<HttpFailure> unsent(Error error) {
  return tl::unexpected(HttpFailure{false, std::move(error)});
}

bool is_token(std::string_view text) {  // RFC 9110 section 5.6.2
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

Result<void> check_lines(const HttpRequest& request) {
  if (!is_token(request.method)) return fail(Fault::invalid, "the HTTP method is not a word");
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) return fail(Fault::invalid, "a header of the request has no proper name");
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return fail(Fault::invalid, fmt::format("the header \"{}\" has a line break", name));
  }
  return {};
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

class HttpClient::Engine {
 public:
  explicit Engine(HttpClientOptions options);
  HttpResult exchange(const HttpRequest& request, const Url& url, Trust trust, bool all_headers,
                      long total_ms);
  HttpResult follow(const HttpRequest& request, Url url);
  void stop();

  ClientShared shared;

 private:
  void run();
  bool take_new();
  void end_finished();
  void abandon_all();
  Easy take_handle();
  void keep_handle(Easy easy);

  std::unique_ptr<CURLM, MultiDelete> multi_;
  std::vector<Transfer*> live_;  // the thread's own
  std::mutex mutex_;
  std::vector<Transfer*> queued_;
  std::vector<Easy> handles_;
  bool stopping_ = false;
  std::once_flag joined_;
  std::thread thread_;
};

HttpClient::Engine::Engine(HttpClientOptions options) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (global == CURLE_OK) multi_.reset(curl_multi_init());
  shared.options = std::move(options);
  shared.user_agent = user_agent(shared.options.contact_url);
  for (const auto& entry : shared.options.resolve_for_tests)
    shared.resolve.reset(curl_slist_append(shared.resolve.release(), entry.c_str()));
  if (!multi_) {
    stopping_ = true;
    log(Level::error, "libcurl does not start; nothing can be sent");
    return;
  }
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kept_connections);
  thread_ = std::thread([this] { run(); });
}

void HttpClient::Engine::stop() {
  std::call_once(joined_, [this] {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    if (!thread_.joinable()) return;
    curl_multi_wakeup(multi_.get());
    thread_.join();
  });
}

Easy HttpClient::Engine::take_handle() {
  const std::scoped_lock lock(mutex_);
  if (handles_.empty()) return Easy(curl_easy_init());
  Easy easy = std::move(handles_.back());
  handles_.pop_back();
  return easy;
}

void HttpClient::Engine::keep_handle(Easy easy) {
  curl_easy_reset(easy.get());
  const std::scoped_lock lock(mutex_);
  if (handles_.size() < kept_handles) handles_.push_back(std::move(easy));
}

// The thread's loop. Only here are handles added to and removed from the multi handle.
void HttpClient::Engine::run() {
  while (take_new()) {
    int running = 0;
    const CURLMcode code = curl_multi_perform(multi_.get(), &running);
    end_finished();
    if (code != CURLM_OK) log(Level::error, curl_multi_strerror(code));
    const int wait_ms = live_.empty() ? poll_idle_ms : poll_live_ms;
    curl_multi_poll(multi_.get(), nullptr, 0, wait_ms, nullptr);
  }
  abandon_all();
}

bool HttpClient::Engine::take_new() {
  std::vector<Transfer*> fresh;
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return false;
    fresh.swap(queued_);
  }
  for (Transfer* transfer : fresh) {
    if (curl_multi_add_handle(multi_.get(), transfer->easy()) == CURLM_OK) {
      live_.push_back(transfer);
    } else {
      transfer->finish(CURLE_FAILED_INIT);
    }
  }
  return true;
}

void HttpClient::Engine::end_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(multi_.get(), easy);
    std::erase(live_, transfer);
    transfer->finish(code);  // from here on its owner may destroy it
  }
}

void HttpClient::Engine::abandon_all() {
  for (Transfer* transfer : live_) {
    curl_multi_remove_handle(multi_.get(), transfer->easy());
    transfer->abandon();
  }
  live_.clear();
  const std::scoped_lock lock(mutex_);
  for (Transfer* transfer : queued_) transfer->abandon();
  queued_.clear();
}

HttpResult HttpClient::Engine::exchange(const HttpRequest& request, const Url& url, Trust trust,
                                        bool all_headers, long total_ms) {
  if (trust == Trust::foreign && !shared.options.allow_private_for_tests && !is_web_port(url.port))
    return unsent({Fault::denied,
                   fmt::format("{} uses a port that is not one of the web's", url.origin()),
                   "Only the ports 80, 443 and 8443 are reached for such an address."});
  Easy easy = take_handle();
  Transfer transfer(shared, request, url, trust, total_ms);
  if (!easy || !transfer.prepare(easy.get(), all_headers))
    return unsent({Fault::internal, "libcurl does not take the request", ""});
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return unsent({Fault::unavailable, "the program is stopping", ""});
    queued_.push_back(&transfer);
  }
  shared.requests.fetch_add(1, std::memory_order_relaxed);
  curl_multi_wakeup(multi_.get());
  HttpResult result = transfer.result();
  keep_handle(std::move(easy));
  return result;
}

HttpResult HttpClient::Engine::follow(const HttpRequest& request, Url url) {
  using std::chrono::steady_clock;
  const auto start = steady_clock::now();
  const bool may_follow = request.method == "GET" || request.method == "HEAD";
  const Url first = url;
  Trust trust = request.trust;
  bool all_headers = true;
  for (int hops = 0;; ++hops) {
    const auto spent =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
    const long left_ms = std::max(1L, request.limits.total_ms - static_cast<long>(spent.count()));
    HttpResult result = exchange(request, url, trust, all_headers, left_ms);
    if (!result && hops > 0) {
      result.error().maybe_sent = true;
      result.error().error.what =
          fmt::format("{} redirects elsewhere: {}", first.origin(), result.error().error.what);
    }
    if (!result || !may_follow || request.limits.redirects == 0 || !is_redirect(result->status))
      return result;
    const auto location = result->headers.find("location");
    if (!location) return result;
    auto next = join_url(url, *location);
    const auto refuse = [&](Fault fault, std::string what, std::string hint) {
      return tl::unexpected(HttpFailure{true, {fault, std::move(what), std::move(hint)}});
    };
    if (!next)
      return refuse(Fault::corrupt,
                    fmt::format("{} redirects to something that is no web address", url.origin()),
                    next.error().what);
    if (hops >= request.limits.redirects)
      return refuse(
          Fault::unavailable,
          fmt::format("{} redirects more than {} times", first.origin(), request.limits.redirects),
          "The server sends its visitors in a circle; check the address.");
    if (url.scheme == "https" && next->scheme == "http")
      return refuse(
          Fault::denied,
          fmt::format("{} redirects to {}, which is not encrypted", url.origin(), next->origin()),
          "Check the address; an https address must stay one.");
    if (next->host != url.host) trust = Trust::foreign;
    if (next->origin() != url.origin()) all_headers = false;
    url = std::move(*next);
  }
}

HttpClient::HttpClient(HttpClientOptions options)
    : engine_(std::make_unique<Engine>(std::move(options))) {}

HttpClient::~HttpClient() {
  stop();
}

void HttpClient::stop() {
  engine_->stop();
}

HttpResult HttpClient::send(const HttpRequest& request) {
  if (auto fine = check_lines(request); !fine) return unsent(std::move(fine).error());
  auto url = parse_url(request.url);
  if (!url) return unsent(std::move(url).error());
  HttpResult result = engine_->follow(request, std::move(*url));
  if (result) hide_secrets(request, *result);
  return result;
}

HttpClient::Counts HttpClient::counts() const {
  return {engine_->shared.requests.load(), engine_->shared.connections.load()};
}

}  // namespace carillon
