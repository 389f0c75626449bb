#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <map>
#include <mutex>

#include "base/crypto.hpp"

namespace carillon {

namespace {

constexpr std::size_t chains_kept = 65'536;
constexpr std::time_t kept_for = 24 * 3600;

struct ContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

std::string digest_of_chain(X509* leaf, STACK_OF(X509) * chain) {
  Sha256 digest;
  const auto add = [&](X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    if (size > 0)
      digest.add({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    OPENSSL_free(bytes);
  };
  add(leaf);
  for (int i = 0; i < sk_X509_num(chain); ++i) add(sk_X509_value(chain, i));
  return digest.finish();
}

bool is_for(X509* leaf, X509_STORE_CTX* context) {
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context);
  const char* name = X509_VERIFY_PARAM_get0_host(wanted, 0);
  if (name != nullptr)
    return X509_check_host(leaf, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
  char* address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
  const bool fits = address != nullptr && X509_check_ip_asc(leaf, address, 0) == 1;
  OPENSSL_free(address);
  return fits;
}

// Until when all of the chain that was built is valid.
std::time_t valid_until(X509_STORE_CTX* context, std::time_t most) {
  std::time_t out = most;
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(sk_X509_value(chain, i)), &end) == 1)
      out = std::min(out, timegm(&end));
  }
  return out;
}

}  // namespace

struct TlsContext::State {
  std::unique_ptr<SSL_CTX, ContextDelete> context;
  std::mutex mutex;
  std::map<std::string, std::time_t> good;  // digest of a chain -> until when
  Counts counts;

  // In the place of X509_verify_cert: 1 where the chain is good and for the wanted name.
  static int verify(X509_STORE_CTX* store, void* self) {
    return static_cast<State*>(self)->verify(store);
  }
  int verify(X509_STORE_CTX* store) {
    X509* leaf = X509_STORE_CTX_get0_cert(store);
    const std::string digest = digest_of_chain(leaf, X509_STORE_CTX_get0_untrusted(store));
    const std::time_t now = std::time(nullptr);
    {
      const std::lock_guard lock(mutex);
      const auto known = good.find(digest);
      if (known != good.end() && known->second > now && is_for(leaf, store)) {
        ++counts.remembered;
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
      }
    }
    const int fine = X509_verify_cert(store);
    const std::lock_guard lock(mutex);
    ++counts.computed;
    if (fine == 1) {
      if (good.size() >= chains_kept) good.clear();
      good[digest] = valid_until(store, now + kept_for);
    }
    return fine;
  }
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::make(const std::string& ca_file) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new(TLS_client_method()));
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
  const std::lock_guard lock(state_->mutex);
  return state_->counts;
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
