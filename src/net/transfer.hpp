// One exchange as libcurl performs it; internal to the client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "net/client.hpp"
#include "net/url.hpp"

namespace carillon {

struct EasyDelete {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDelete>;

struct SlistDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistDelete>;

// What all transfers of a client share; const after construction but for the counts.
struct ClientShared {
  HttpClientOptions options;
  std::string user_agent;
  Slist resolve;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> connections = 0;
};

// Lives on the stack of the caller of send() while the client's thread drives it. Touched by that
// thread alone between being queued and settle().
class Transfer {
 public:
  Transfer(ClientShared& shared, const HttpRequest& request, Url url, Trust trust, long total_ms);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() = default;

  // Sets up `easy` for this exchange; it must stay alive as long as the transfer runs. With
  // `all_headers` false only Accept headers go along.
  [[nodiscard]] bool prepare(CURL* easy, bool all_headers);
  // Takes the outcome after libcurl is done; then result() is ready.
  void finish(CURLcode code);
  // Ends it because the client stops.
  void abandon();
  [[nodiscard]] CURL* easy() const { return easy_; }
  // Waits for finish() or abandon().
  [[nodiscard]] HttpResult result();

 private:
  void settle();
  template <class Value>
  void put(CURLoption option, Value value);
  void put_body();
  void put_tls_and_addresses();
  [[nodiscard]] bool may_reach(const sockaddr& address) const;
  [[nodiscard]] bool wants_body();
  [[nodiscard]] Error describe(CURLcode code) const;
  [[nodiscard]] Error describe_timeout() const;

  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int before_request(void* self, char* ip, char* local_ip, int port, int local_port);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  ClientShared& shared_;
  const HttpRequest& request_;
  const Url url_;
  const Trust trust_;
  const long total_ms_;
  CURL* easy_ = nullptr;
  CURLcode setup_ = CURLE_OK;
  Slist headers_;
  HttpReply reply_;
  std::size_t header_bytes_ = 0;
  bool header_ended_ = false;  // the empty line after the final header has come
  bool started_ = false;       // libcurl was about to write the request, at least once
  bool refused_ = false;       // the guard refused an address
  bool headers_too_large_ = false;
  bool body_too_large_ = false;
  bool asked_ = false;  // whether the body is wanted
  bool abandoned_ = false;
  CURLcode code_ = CURLE_OK;
  std::array<char, CURL_ERROR_SIZE> message_{};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;  // under mutex_
};

}  // namespace carillon
