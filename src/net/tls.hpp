// TLS over a socket that does not block, for whoever has very many of them: one context for all,
// and a chain of certificates that was found good is not computed again.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace carillon {

// What all connections share. Thread-safe. Certificates and names are always checked (RFC 6125);
// TLS 1.2 and newer. A chain that was good is remembered by its bytes for a day at most, and never
// longer than one of its certificates is valid; the name is checked each time. So is the authority
// that issued the leaf: another leaf of it is checked in full, the way from it to the root is not
// walked again.
class TlsContext {
 public:
  // `ca_file`: PEM bundle of a private authority instead of the system's; may be empty. Errors:
  // invalid for a file that cannot be read, unavailable where the system has no authorities.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> make(const std::string& ca_file);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  // How many chains were computed, up to an issuer that was known, and remembered.
  struct Counts {
    std::size_t computed = 0;
    std::size_t under_issuer = 0;
    std::size_t remembered = 0;
  };
  [[nodiscard]] Counts counts() const;

 private:
  friend class TlsStream;
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// How a step of a stream ended; `wait`: the socket must become ready first.
enum class TlsStep { done, wait, closed, failed };

// One connection, of one thread at a time. The socket stays the caller's.
class TlsStream {
 public:
  // `host` is the name or address that the certificate must be for.
  TlsStream(TlsContext& context, int socket, const std::string& host);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream();

  [[nodiscard]] TlsStep handshake();
  // `moved` is how many bytes were taken or came; 0 unless done.
  [[nodiscard]] TlsStep write(const char* data, std::size_t size, std::size_t& moved);
  [[nodiscard]] TlsStep read(char* data, std::size_t size, std::size_t& moved);
  // What is wrong with the certificate; empty where nothing is.
  [[nodiscard]] std::string certificate_fault() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carillon
