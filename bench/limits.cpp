// What the machine's OpenSSL allows, as it is: none of our code, and the C library's allocator. On
// as many threads as the fan-out has, for on most machines two busy cores are each slower than one.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench.hpp"

namespace carillon::bench {

namespace {

constexpr int threads = 2;

// `work` counts what it did of thread `n`, below zero where it could not. Prints the rate.
int measured(const std::function<int(int n)>& work) {
  std::atomic<int> done = 0;
  std::atomic<bool> good = true;
  const double before = cpu_seconds();
  std::vector<std::thread> all;
  all.reserve(threads);
  for (int n = 0; n < threads; ++n) {
    all.emplace_back([&, n] {
      const int count = work(n);
      if (count < 0)
        good = false;
      else
        done += count;
    });
  }
  for (std::thread& one : all) one.join();
  if (!good) return 1;
  fmt::print("{{\"rate\": {:.1f}}}\n", done / (cpu_seconds() - before));
  return 0;
}

int signing() {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  if (key == nullptr) return 1;
  return measured([key](int) {
    const std::string_view text = "(request-target): post /inbox";
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    int count = 0;
    for (; std::chrono::steady_clock::now() < end; ++count) {
      std::array<unsigned char, 256> out{};
      std::size_t size = out.size();
      EVP_MD_CTX* context = EVP_MD_CTX_new();
      const bool good =
          EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
          EVP_DigestSign(context, out.data(), &size,
                         reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
      EVP_MD_CTX_free(context);
      if (!good) return -1;
    }
    return count;
  });
}

bool shake(SSL_CTX* context, std::uint16_t port, std::uint32_t number) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(first_host + number);
  SSL* ssl = SSL_new(context);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address_of(number).c_str());
  SSL_set_fd(ssl, socket);
  const bool good = connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
                    SSL_connect(ssl) == 1 && SSL_get_verify_result(ssl) == X509_V_OK;
  SSL_free(ssl);
  close(socket);
  return good;
}

int handshakes(std::uint16_t port, std::uint32_t hosts, const char* ca_file) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (SSL_CTX_load_verify_locations(context, ca_file, nullptr) != 1) return 1;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return measured([&](int n) {
    int count = 0;
    for (auto i = static_cast<std::uint32_t>(n); i < hosts; i += threads) {
      if (!shake(context, port, i)) return -1;
      ++count;
    }
    return count;
  });
}

}  // namespace

}  // namespace carillon::bench

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "signing" && argc == 2) return carillon::bench::signing();
  if (what == "handshakes" && argc == 5)
    return carillon::bench::handshakes(
        static_cast<std::uint16_t>(std::strtoul(argv[2], nullptr, 10)),
        static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10)), argv[4]);
  std::fputs("usage: carillon-limits signing | handshakes PORT HOSTS CA_FILE\n", stderr);
  return 2;
}
