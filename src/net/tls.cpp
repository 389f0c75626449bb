#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/openssl.hpp"
#include "net/tls_chains.hpp"
#include "net/tls_library.hpp"

namespace carillon {

struct TlsContext::State {
  Owned<SSL_CTX, SSL_CTX_free> context;
  TlsChains chains;

  static int verify(X509_STORE_CTX* asked, void* self) {
    return static_cast<State*>(self)->chains.verify(asked);
  }
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::make(const std::string& ca_file) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new_ex(tls_library(), nullptr, TLS_client_method()));
  SSL_CTX* context = state->context.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
    return fail(Fault::unavailable, "TLS cannot be set up");
  if (ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return fail(Fault::unavailable, "this machine has no list of certificate authorities",
                  "Install the package ca-certificates.");
  } else if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
    ERR_clear_error();
    return fail(Fault::invalid, "the file of certificate authorities cannot be read",
                "Check its path and that it is in PEM form.");
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &State::verify, state.get());
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Many connections wait for their answers, and each would hold two buffers of 16 KB.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  static const unsigned char http11[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, http11, sizeof http11 - 1);
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(state)));
}

TlsContext::Counts TlsContext::counts() const {
  return state_->chains.counts();
}

struct TlsStream::State {
  SSL* ssl = nullptr;

  [[nodiscard]] TlsStep step(int result) const {
    if (result == 1) return TlsStep::done;
    const int error = SSL_get_error(ssl, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return TlsStep::wait;
    // Many servers close without saying so.
    if (error == SSL_ERROR_ZERO_RETURN || error == SSL_ERROR_SYSCALL) return TlsStep::closed;
    return TlsStep::failed;
  }
};

TlsStream::TlsStream(TlsContext& context, int socket, const std::string& host)
    : state_(std::make_unique<State>()) {
  state_->ssl = SSL_new(context.state_->context.get());
  if (state_->ssl == nullptr) return;
  SSL_set_fd(state_->ssl, socket);
  SSL_set_connect_state(state_->ssl);
  X509_VERIFY_PARAM* wanted = SSL_get0_param(state_->ssl);
  std::string name = host;
  if (name.starts_with('[')) name = name.substr(1, name.size() - 2);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str()) == 1) return;
  ERR_clear_error();
  X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), name.size());
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_ctrl(state_->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

TlsStream::~TlsStream() {
  SSL_free(state_->ssl);
}

TlsStep TlsStream::handshake() {
  if (state_->ssl == nullptr) return TlsStep::failed;
  ERR_clear_error();
  return state_->step(SSL_do_handshake(state_->ssl));
}

TlsStep TlsStream::write(const char* data, std::size_t size, std::size_t& moved) {
  moved = 0;
  ERR_clear_error();
  return state_->step(SSL_write_ex(state_->ssl, data, size, &moved));
}

TlsStep TlsStream::read(char* data, std::size_t size, std::size_t& moved) {
  moved = 0;
  ERR_clear_error();
  return state_->step(SSL_read_ex(state_->ssl, data, size, &moved));
}

std::string TlsStream::certificate_fault() const {
  if (state_->ssl == nullptr) return {};
  const long result = SSL_get_verify_result(state_->ssl);
  return result == X509_V_OK ? "" : X509_verify_cert_error_string(result);
}

}  // namespace carillon
