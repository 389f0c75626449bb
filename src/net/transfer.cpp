#include "net/transfer.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "net/authorities.hpp"
#include "net/failure.hpp"
#include "net/guard.hpp"

namespace carillon {
namespace {

// Another origin learns nothing but what every browser says.
bool goes_anywhere(std::string_view name) {
  return same_ignoring_case(name, "accept") || same_ignoring_case(name, "accept-language");
}

std::string size_of(std::size_t bytes) {
  constexpr std::size_t mega = 1024 * 1024;
  return bytes % mega == 0 ? fmt::format("{} MB", bytes / mega) : fmt::format("{} bytes", bytes);
}

}  // namespace

Transfer::Transfer(ClientShared& shared, const HttpRequest& request, Url url, Trust trust,
                   long total_ms)
    : shared_(shared),
      request_(request),
      url_(std::move(url)),
      trust_(trust),
      total_ms_(total_ms) {}

template <class Value>
void Transfer::put(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_, option, value);
  if (setup_ == CURLE_OK) setup_ = code;
}

bool Transfer::prepare(CURL* easy, bool all_headers) {
  easy_ = easy;
  put(CURLOPT_PRIVATE, this);
  Url bare = url_;
  bare.fragment.reset();
  put(CURLOPT_URL, bare.str().c_str());
  put(CURLOPT_PATH_AS_IS, 1L);
  put(CURLOPT_NOSIGNAL, 1L);
  put(CURLOPT_FOLLOWLOCATION, 0L);
  put(CURLOPT_ACCEPT_ENCODING, "gzip, br");
  put(CURLOPT_USERAGENT, shared_.user_agent.c_str());
  put(CURLOPT_ERRORBUFFER, message_.data());
  put(CURLOPT_TIMEOUT_MS, total_ms_);
  put(CURLOPT_CONNECTTIMEOUT_MS, request_.limits.connect_ms);
  put(CURLOPT_LOW_SPEED_LIMIT, 1L);
  put(CURLOPT_LOW_SPEED_TIME, (request_.limits.stall_ms + 999) / 1000);
  put(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  put(CURLOPT_HEADERDATA, this);
  put(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  put(CURLOPT_WRITEDATA, this);
  put_tls_and_addresses();
  put_body();

  curl_slist* list = nullptr;
  const auto line = [&](const std::string& text) {
    if (curl_slist* longer = curl_slist_append(list, text.c_str())) {
      list = longer;
    } else {
      setup_ = CURLE_OUT_OF_MEMORY;
    }
  };
  // Without these two lines libcurl may wait for a "100 Continue", and repeats the request on a
  // 417.
  line("Expect:");
  if (!request_.headers.find("content-type")) line("Content-Type:");
  for (const auto& [name, value] : request_.headers) {
    if (all_headers || goes_anywhere(name))
      line(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  headers_.reset(list);
  put(CURLOPT_HTTPHEADER, list);
  return setup_ == CURLE_OK;
}

void Transfer::put_tls_and_addresses() {
  put(CURLOPT_PROTOCOLS_STR, "http,https");
  put(CURLOPT_PROXY, "");
  put(CURLOPT_SSL_VERIFYPEER, 1L);
  put(CURLOPT_SSL_VERIFYHOST, 2L);
  const std::string authority = authorities(shared_.options.ca_file);
  if (!authority.empty()) put(CURLOPT_CAINFO, authority.c_str());
  if (shared_.resolve) put(CURLOPT_RESOLVE, shared_.resolve.get());
  put(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  put(CURLOPT_OPENSOCKETDATA, this);
  put(CURLOPT_PREREQFUNCTION, &Transfer::before_request);
  put(CURLOPT_PREREQDATA, this);
  if (request_.once) {
    put(CURLOPT_FRESH_CONNECT, 1L);
    put(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  } else {
    put(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    if (url_.scheme == "https") put(CURLOPT_PIPEWAIT, 1L);
  }
}

void Transfer::put_body() {
  if (request_.method == "HEAD") {
    put(CURLOPT_NOBODY, 1L);
    return;
  }
  if (request_.method == "GET" && request_.body.empty()) return;
  put(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  put(CURLOPT_POSTFIELDS, request_.body.data());
  put(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

bool Transfer::may_reach(const sockaddr& address) const {
  return trust_ == Trust::admin || shared_.options.allow_private_for_tests ||
         is_public_address(address);
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.may_reach(address->addr)) {
    transfer.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.shared_.connections.fetch_add(1, std::memory_order_relaxed);
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Called when the connection stands, TLS included, and the first byte of the request is next; also
// for a reused connection, which another request may have opened with more trust.
int Transfer::before_request(void* self, char* ip, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  sockaddr_storage storage{};
  sockaddr_in in{};
  sockaddr_in6 in6{};
  if (inet_pton(AF_INET, ip, &in.sin_addr) == 1) {
    in.sin_family = AF_INET;
    std::memcpy(&storage, &in, sizeof in);
  } else if (inet_pton(AF_INET6, ip, &in6.sin6_addr) == 1) {
    in6.sin6_family = AF_INET6;
    std::memcpy(&storage, &in6, sizeof in6);
  }
  if (!transfer.may_reach(reinterpret_cast<const sockaddr&>(storage))) {
    transfer.refused_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  transfer.started_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > limits::http_header_bytes) {
    transfer.headers_too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    transfer.reply_.headers.clear();  // what came before was an interim (1xx) reply
    transfer.header_ended_ = false;
  } else if (line == "\r\n" || line == "\n") {
    transfer.header_ended_ = true;
  } else if (const auto colon = line.find(':');
             colon != std::string_view::npos && !transfer.header_ended_) {  // no trailers
    transfer.reply_.headers.add(std::string(line.substr(0, colon)),
                                std::string(trim(line.substr(colon + 1))));
  }
  return line.size();
}

bool Transfer::wants_body() {
  if (!request_.wants_body || std::exchange(asked_, true)) return true;
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  reply_.status = static_cast<int>(status);
  return request_.wants_body(reply_);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  if (!transfer.wants_body()) {
    transfer.reply_.cut = true;
    return CURL_WRITEFUNC_ERROR;
  }
  const std::size_t room = transfer.request_.limits.reply_bytes - transfer.reply_.body.size();
  if (bytes > room) {
    transfer.body_too_large_ = !transfer.request_.limits.cut;
    transfer.reply_.cut = transfer.request_.limits.cut;
    if (transfer.reply_.cut) transfer.reply_.body.append(data, room);
    return CURL_WRITEFUNC_ERROR;
  }
  transfer.reply_.body.append(data, bytes);
  return bytes;
}

void Transfer::finish(CURLcode code) {
  // libcurl takes a connection that ends inside the header for the end of an empty body.
  code_ = code == CURLE_OK && !header_ended_ ? CURLE_PARTIAL_FILE : code;
  if (code == CURLE_WRITE_ERROR && reply_.cut) code_ = CURLE_OK;  // we ended it
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  reply_.status = static_cast<int>(status);
  reply_.final_url = url_.str();
  settle();
}

void Transfer::abandon() {
  abandoned_ = true;
  settle();
}

// Notifies under the lock: the waiter destroys this object as soon as it has the lock.
void Transfer::settle() {
  const std::scoped_lock lock(mutex_);
  done_ = true;
  ended_.notify_one();
}

HttpResult Transfer::result() {
  {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }
  if (code_ == CURLE_OK && !abandoned_) return std::move(reply_);
  return tl::unexpected(HttpFailure{started_, describe(code_)});
}

Error Transfer::describe_timeout() const {
  const std::string who = url_.origin();
  curl_off_t took_us = 0;
  curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &took_us);
  if (!started_) return http_failure::no_connection_in_time(who);
  if (took_us / 1000 < total_ms_ - 1)
    return {
        Fault::timeout,
        fmt::format("{} sent nothing for {}", who, http_failure::seconds(request_.limits.stall_ms)),
        "The server may be overloaded; try again later."};
  if (header_bytes_ == 0) return http_failure::no_answer_in_time(who, total_ms_);
  return {Fault::timeout,
          fmt::format("the reply of {} did not end within {} ({} bytes came)", who,
                      http_failure::seconds(total_ms_), reply_.body.size()),
          "The server may be overloaded, or the address leads to a stream without end."};
}

Error Transfer::describe(CURLcode code) const {
  const std::string who = url_.origin();
  if (abandoned_) return http_failure::stopping();
  if (refused_) return http_failure::not_public(who);
  if (body_too_large_)
    return {
        Fault::too_large,
        fmt::format("the reply of {} is larger than {}", who, size_of(request_.limits.reply_bytes)),
        "Check that the address is right; nothing of that size belongs there."};
  if (headers_too_large_) return http_failure::header_too_large(who);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return http_failure::unresolved(who);
    case CURLE_COULDNT_CONNECT:
      return http_failure::no_connection(who);
    case CURLE_OPERATION_TIMEDOUT:
      return describe_timeout();
    case CURLE_PEER_FAILED_VERIFICATION:
      return http_failure::bad_certificate(who, message_.data());
    case CURLE_SSL_CACERT_BADFILE:
      return {Fault::invalid, "the file of certificate authorities cannot be read",
              "Check its path and that it is in PEM form."};
    case CURLE_SSL_CONNECT_ERROR:
      return http_failure::no_encryption(who);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return http_failure::closed(who);
    case CURLE_PARTIAL_FILE:
      return http_failure::cut_short(who);
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return http_failure::not_http(who);
    default:
      return {Fault::unavailable,
              fmt::format("the exchange with {} failed ({})", who, curl_easy_strerror(code)), ""};
  }
}

}  // namespace carillon
