#include "net/reach.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "net/failure.hpp"
#include "net/guard.hpp"
#include "net/transfer.hpp"

namespace carillon {

namespace {

// "Nov  6 18:12:34 2026 GMT", as OpenSSL prints the end of a certificate.
std::optional<Micros> end_in(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::vector<std::string> words;
  for (const std::string& word : split(text, ' '))
    if (!word.empty()) words.push_back(word);
  if (words.size() < 4 || words[0].size() != 3) return std::nullopt;
  const std::size_t month = months.find(words[0]);
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return parse_time(
      fmt::format("{}-{:02}-{:0>2}T{}Z", words[3], month / 3 + 1, words[1], words[2]));
}

Error error_of(CURLcode code, const std::string& who, const std::string& message) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return http_failure::unresolved(who);
    case CURLE_COULDNT_CONNECT:
      return http_failure::no_connection(who);
    case CURLE_OPERATION_TIMEDOUT:
      return http_failure::no_connection_in_time(who);
    case CURLE_PEER_FAILED_VERIFICATION:
      return http_failure::bad_certificate(who, message);
    case CURLE_SSL_CACERT_BADFILE:
      return {Fault::invalid, "the file of certificate authorities cannot be read",
              "Check its path and that it is in PEM form."};
    default:
      return http_failure::no_encryption(who);
  }
}

CertificateChain chain_of(CURL* easy, Micros now) {
  CertificateChain out;
  curl_certinfo* info = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) != CURLE_OK || info == nullptr) return out;
  for (int i = 0; i < info->num_of_certs; ++i) {
    for (const curl_slist* line = info->certinfo[i]; line != nullptr; line = line->next) {
      const std::string_view text(line->data);
      constexpr std::string_view label = "Expire date:";
      const auto end = text.starts_with(label) ? end_in(text.substr(label.size())) : std::nullopt;
      if (!end) continue;
      const std::int64_t days = (*end - now) / day;
      out.days_left = out.count == 0 ? days : std::min(out.days_left, days);
      ++out.count;
    }
  }
  return out;
}

}  // namespace

Result<std::vector<FoundAddress>> addresses_of(const std::string& host) {
  if (host == "localhost" || host.ends_with(".localhost"))
    return std::vector<FoundAddress>{{"127.0.0.1", false}};
  std::string bare = host;
  if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(bare.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(code == 0 ? found : nullptr,
                                                                 &freeaddrinfo);
  std::vector<FoundAddress> out;
  for (const addrinfo* one = owned.get(); one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0)
      out.push_back({text.data(), is_public_address(*one->ai_addr)});
  }
  if (out.empty()) return tl::unexpected(http_failure::unresolved(host));
  return out;
}

Result<CertificateChain> read_certificates(const Url& url, const std::string& ca_file, Micros now) {
  const Easy easy(curl_easy_init());
  if (!easy) return fail(Fault::unavailable, "there is no memory for a connection");
  std::array<char, CURL_ERROR_SIZE> message{};
  auto put = [&, setup = CURLE_OK](auto option, auto value) mutable {
    const CURLcode code = curl_easy_setopt(easy.get(), option, value);
    if (setup == CURLE_OK) setup = code;
    return setup;
  };
  const std::string origin = url.origin();
  put(CURLOPT_URL, origin.c_str());
  put(CURLOPT_PROTOCOLS_STR, "https");
  put(CURLOPT_PROXY, "");
  put(CURLOPT_NOSIGNAL, 1L);
  put(CURLOPT_CONNECT_ONLY, 1L);
  put(CURLOPT_CERTINFO, 1L);
  put(CURLOPT_SSL_VERIFYPEER, 1L);
  put(CURLOPT_SSL_VERIFYHOST, 2L);
  put(CURLOPT_CONNECTTIMEOUT_MS, limits::http_connect_ms);
  put(CURLOPT_TIMEOUT_MS, limits::http_connect_ms);
  if (!ca_file.empty()) put(CURLOPT_CAINFO, ca_file.c_str());
  if (put(CURLOPT_ERRORBUFFER, message.data()) != CURLE_OK)
    return fail(Fault::unavailable, "libcurl cannot look at certificates");
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) return tl::unexpected(error_of(code, origin, message.data()));
  return chain_of(easy.get(), now);
}

}  // namespace carillon
