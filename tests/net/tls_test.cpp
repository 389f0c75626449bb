#include "net/tls.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/openssl.hpp"
#include "net/tls_library.hpp"

using namespace carillon;

namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;

struct Authority {
  std::string name;
  Key key;
  Certificate certificate;
};

struct Wanted {
  std::string name;
  std::vector<std::pair<int, std::string>> extensions;
  long from = -3600;
  long to = 86'400;
};

Key new_key() {
  return Key(EVP_EC_gen("P-256"));
}

Certificate issue(const Wanted& wanted, EVP_PKEY* key, const std::string& issuer,
                  EVP_PKEY* issuer_key) {
  static long serial = 0;
  Certificate out(X509_new());
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), wanted.from);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), wanted.to);
  X509_set_pubkey(out.get(), key);
  const auto put = [](X509_NAME* name, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
  };
  put(X509_get_subject_name(out.get()), wanted.name);
  put(X509_get_issuer_name(out.get()), issuer);
  for (const auto& [kind, value] : wanted.extensions) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(out.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  REQUIRE(X509_sign(out.get(), issuer_key, EVP_sha256()) > 0);
  return out;
}

const std::pair<int, std::string> may_issue{NID_basic_constraints, "critical,CA:TRUE"};

Authority root(std::vector<std::pair<int, std::string>> more = {}) {
  Authority out{"Root", new_key(), nullptr};
  more.push_back(may_issue);
  out.certificate = issue({"Root", std::move(more)}, out.key.get(), "Root", out.key.get());
  return out;
}

Authority middle(const Authority& above,
                 std::vector<std::pair<int, std::string>> extensions = {may_issue}) {
  Authority out{"Middle", new_key(), nullptr};
  out.certificate =
      issue({"Middle", std::move(extensions)}, out.key.get(), above.name, above.key.get());
  return out;
}

struct Leaf {
  Key key;
  Certificate certificate;
};

Leaf leaf(const Authority& issuer, const std::string& host, Wanted wanted = {},
          Key key = new_key()) {
  Leaf out{std::move(key), nullptr};
  wanted.name = host;
  wanted.extensions.emplace_back(NID_subject_alt_name, "DNS:" + host);
  out.certificate = issue(wanted, out.key.get(), issuer.name, issuer.key.get());
  return out;
}

class Client {
 public:
  explicit Client(const Authority& trusted) {
    const std::string file =
        std::filesystem::temp_directory_path() / ("carillon-tls-" + std::to_string(getpid()));
    FILE* out = std::fopen(file.c_str(), "w");
    PEM_write_X509(out, trusted.certificate.get());
    std::fclose(out);
    auto made = TlsContext::make(file);
    std::filesystem::remove(file);
    REQUIRE(made.has_value());
    context_ = std::move(*made);
  }
  // What is wrong with what a server shows; empty where nothing is.
  // `shape` sets the server up further.
  std::string fault(
      const Leaf& shown, const Authority& between, const std::string& host,
      const std::function<void(SSL_CTX*)>& shape = [](SSL_CTX*) {}) {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    SSL_CTX* there = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(there, shown.certificate.get());
    SSL_CTX_use_PrivateKey(there, shown.key.get());
    SSL_CTX_add1_chain_cert(there, between.certificate.get());
    shape(there);
    SSL* server = SSL_new(there);
    SSL_set_fd(server, ends[1]);
    SSL_set_accept_state(server);
    std::string out;
    {
      TlsStream stream(*context_, ends[0], host);
      TlsStep step = TlsStep::wait;
      for (int turn = 0; turn < 20 && step == TlsStep::wait; ++turn) {
        step = stream.handshake();
        SSL_do_handshake(server);
      }
      REQUIRE(step != TlsStep::wait);
      out = stream.certificate_fault();
      CHECK((step == TlsStep::done) == out.empty());
    }
    SSL_free(server);
    SSL_CTX_free(there);
    close(ends[0]);
    close(ends[1]);
    return out;
  }
  // computed, under a known issuer, remembered
  std::array<std::size_t, 3> counts() const {
    const TlsContext::Counts counts = context_->counts();
    return {counts.computed, counts.under_issuer, counts.remembered};
  }

 private:
  std::shared_ptr<TlsContext> context_;
};

using Counts = std::array<std::size_t, 3>;

// A client that knows the issuer, by one leaf of it.
struct Known {
  const Authority top = root();
  const Authority between = middle(top);
  Client client{top};
  Known() { REQUIRE(client.fault(leaf(between, "one.example"), between, "one.example").empty()); }
};

}  // namespace

TEST_CASE("a chain is computed once, and another leaf of its issuer only up to there") {
  const Authority top = root();
  const Authority between = middle(top);
  Client client(top);
  const Leaf first = leaf(between, "one.example");
  CHECK(client.fault(first, between, "one.example").empty());
  CHECK(client.counts() == Counts{1, 0, 0});
  CHECK(client.fault(first, between, "one.example").empty());
  CHECK(client.counts() == Counts{1, 0, 1});
  const Leaf second = leaf(between, "two.example");
  CHECK(client.fault(second, between, "two.example").empty());
  CHECK(client.counts() == Counts{1, 1, 1});
  CHECK(client.fault(second, between, "two.example").empty());
  CHECK(client.counts() == Counts{1, 1, 2});
}

TEST_CASE_FIXTURE(Known, "a known issuer excuses nothing of its leaf") {
  const Leaf other = leaf(between, "two.example");
  CHECK(client.fault(other, between, "three.example") == "hostname mismatch");
  const Leaf old = leaf(between, "two.example", {"", {}, -7200, -3600});
  CHECK(client.fault(old, between, "two.example") == "certificate has expired");
  const Leaf early = leaf(between, "two.example", {"", {}, 3600, 7200});
  CHECK(client.fault(early, between, "two.example") == "certificate is not yet valid");
  const Leaf no_server = leaf(between, "two.example", {"", {{NID_ext_key_usage, "clientAuth"}}});
  CHECK(client.fault(no_server, between, "two.example") == "unsuitable certificate purpose");
  CHECK(client.counts() == Counts{5, 0, 0});
}

TEST_CASE_FIXTURE(Known, "who only calls itself like a known issuer is none") {
  const Authority stranger{"Middle", new_key(), nullptr};
  const Leaf forged = leaf(stranger, "two.example");
  CHECK(client.fault(forged, between, "two.example") == "certificate signature failure");
  // A leaf is no issuer, also one of a known issuer.
  const Leaf honest = leaf(between, "three.example");
  Authority climber{"three.example", new_key(), nullptr};
  climber.key = Key(EVP_PKEY_dup(honest.key.get()));
  climber.certificate = Certificate(X509_dup(honest.certificate.get()));
  CHECK_FALSE(client.fault(leaf(climber, "four.example"), climber, "four.example").empty());
  CHECK(client.counts() == Counts{3, 0, 0});
}

TEST_CASE("an issuer that was not good is not known") {
  const Authority top = root();
  const Authority no_authority = middle(top, {{NID_basic_constraints, "critical,CA:FALSE"}});
  Client client(top);
  for (int round = 0; round < 2; ++round)
    CHECK(client.fault(leaf(no_authority, "one.example"), no_authority, "one.example") ==
          "invalid CA certificate");
  const Authority elsewhere = root();
  const Authority unknown = middle(elsewhere);
  for (int round = 0; round < 2; ++round)
    CHECK_FALSE(client.fault(leaf(unknown, "one.example"), unknown, "one.example").empty());
  CHECK(client.counts() == Counts{4, 0, 0});
}

TEST_CASE("where an authority above limits the names, each chain is walked to its root") {
  const Authority narrow = root({{NID_name_constraints, "critical,permitted;DNS:fine.example"}});
  const Authority below = middle(narrow);
  Client strict(narrow);
  CHECK(strict.fault(leaf(below, "a.fine.example"), below, "a.fine.example").empty());
  CHECK(strict.fault(leaf(below, "bad.example"), below, "bad.example") ==
        "permitted subtree violation");
  CHECK(strict.fault(leaf(below, "b.fine.example"), below, "b.fine.example").empty());
  CHECK(strict.counts() == Counts{3, 0, 0});
}

// The client's OpenSSL holds less than the server's, and must not miss anything of it.
TEST_CASE("servers with any kind of key are understood, in TLS 1.2 and 1.3") {
  const auto pss = [] {
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
    EVP_PKEY* made = nullptr;
    REQUIRE(EVP_PKEY_keygen_init(context.get()) == 1);
    REQUIRE(EVP_PKEY_generate(context.get(), &made) == 1);
    return made;
  };
  const auto make = [&](const std::string& kind) -> EVP_PKEY* {
    if (kind == "RSA") return EVP_RSA_gen(2048);
    if (kind == "RSA-PSS") return pss();
    if (kind.starts_with("P-")) return EVP_EC_gen(kind.c_str());
    return EVP_PKEY_Q_keygen(nullptr, nullptr, kind.c_str());
  };
  for (const std::string kind : {"RSA", "RSA-PSS", "P-256", "P-384", "P-521", "ED25519", "ED448"}) {
    Authority top{"Root", Key(make(kind)), nullptr};
    const bool edwards = kind.starts_with("ED");
    if (edwards) top.key = new_key();
    top.certificate = issue({"Root", {may_issue}}, top.key.get(), "Root", top.key.get());
    const Authority between = middle(top);
    const Leaf shown = leaf(between, "one.example", {}, Key(make(kind)));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      CAPTURE(kind);
      CAPTURE(version);
      Client client(top);
      CHECK(client.fault(shown, between, "one.example", [&](SSL_CTX* there) {
        SSL_CTX_set_min_proto_version(there, version);
        SSL_CTX_set_max_proto_version(there, version);
      }) == "");
    }
  }
}

TEST_CASE("every suite and every group that OpenSSL offers is offered") {
  const Authority top = root();
  const Authority between = middle(top);
  const Leaf shown = leaf(between, "one.example");
  const Leaf rsa = leaf(between, "one.example", {}, Key(EVP_RSA_gen(2048)));
  Client client(top);
  const auto with = [&](const std::function<int(SSL_CTX*)>& shape) {
    return client.fault(shown, between, "one.example", [&](SSL_CTX* there) {
      SSL_CTX_use_cert_and_key(there, rsa.certificate.get(), rsa.key.get(), nullptr, 1);
      SSL_CTX_add1_chain_cert(there, between.certificate.get());
      SSL_CTX_set_dh_auto(there, 1);
      REQUIRE(shape(there) == 1);
    });
  };
  const Owned<SSL_CTX, SSL_CTX_free> plain(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(plain.get(), TLS1_2_VERSION);
  const Owned<SSL, SSL_free> asks(SSL_new(plain.get()));
  STACK_OF(SSL_CIPHER)* suites = SSL_get1_supported_ciphers(asks.get());
  REQUIRE(sk_SSL_CIPHER_num(suites) > 10);
  for (int i = 0; i < sk_SSL_CIPHER_num(suites); ++i) {
    const SSL_CIPHER* suite = sk_SSL_CIPHER_value(suites, i);
    const std::string name = SSL_CIPHER_get_name(suite);
    CAPTURE(name);
    CHECK(with([&](SSL_CTX* there) {
            if (name.starts_with("TLS_")) return SSL_CTX_set_ciphersuites(there, name.c_str());
            SSL_CTX_set_max_proto_version(there, TLS1_2_VERSION);
            return SSL_CTX_set_cipher_list(there, name.c_str());
          }) == "");
  }
  sk_SSL_CIPHER_free(suites);
  for (const std::string group : {"X25519", "P-256", "X448", "P-521", "P-384", "ffdhe2048"}) {
    CAPTURE(group);
    CHECK(with([&](SSL_CTX* there) { return SSL_CTX_set1_groups_list(there, group.c_str()); }) ==
          "");
  }
}

TEST_CASE("an OpenSSL that searches anew for each key is used leanly") {
  if (OPENSSL_version_major() > 3 || OPENSSL_version_minor() >= 2) {
    CHECK(tls_library() == nullptr);
    return;
  }
  REQUIRE(tls_library() != nullptr);
  CHECK(Owned<EVP_KEYMGMT, EVP_KEYMGMT_free>(EVP_KEYMGMT_fetch(tls_library(), "EC", nullptr)));
  CHECK_FALSE(
      Owned<EVP_KEYMGMT, EVP_KEYMGMT_free>(EVP_KEYMGMT_fetch(tls_library(), "DSA", nullptr)));
}
