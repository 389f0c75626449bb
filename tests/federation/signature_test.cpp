#include "federation/signature.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "net/url.hpp"

using namespace carillon;

namespace {

const Micros now = *parse_time("2026-11-24T10:22:03Z");
const std::string body = R"({"type":"Follow"})";

const PrivateKey& rsa() {
  static const PrivateKey key = *PrivateKey::make(Signing::rs256);
  return key;
}

HttpRequest post() {
  HttpRequest out;
  out.method = "POST";
  out.url = "https://example.org:8443/inbox?a=b";
  out.headers.set("Content-Type", "application/activity+json");
  out.body = body;
  return out;
}

HttpRequest signed_by(const PrivateKey& key, SignatureScheme scheme, HttpRequest request = post(),
                      Micros at = now) {
  REQUIRE(sign_request(request, scheme, {"https://peer.example/u#main-key", key}, at));
  return request;
}

// The request as the other side gets it.
struct Arrived {
  explicit Arrived(HttpRequest sent)
      : request(std::move(sent)),
        url(*parse_url(request.url)),
        origin(url.origin()),
        target(url.target()),
        message{request.method, origin, target, request.body, request.headers} {
    message.headers.set("Host", "example.org:8443");
  }
  Arrived(const Arrived&) = delete;
  HttpRequest request;
  Url url;
  std::string origin;
  std::string target;
  SignedMessage message;
};

PublicKey public_of(const PrivateKey& key) {
  return *public_key_of(key.public_pem());
}

Result<void> verdict(const SignedMessage& message, const PrivateKey& key, Micros at = now) {
  TRY(const SignatureClaim claim, read_claim(message, at));
  return check_claim(claim, public_of(key));
}

std::string why(const SignedMessage& message, Micros at = now) {
  const auto checked = verdict(message, rsa(), at);
  return checked ? "taken" : checked.error().what;
}

}  // namespace

TEST_CASE("a request that we sign is one that we take, by both schemes and both kinds of key") {
  const PrivateKey ed = *PrivateKey::make(Signing::eddsa);
  for (const SignatureScheme scheme : {SignatureScheme::cavage, SignatureScheme::rfc9421}) {
    for (const PrivateKey* key : {&rsa(), &ed}) {
      const HttpRequest request = signed_by(*key, scheme);
      const Arrived arrived(request);
      const auto claim = read_claim(arrived.message, now);
      REQUIRE(claim);
      CHECK(claim->scheme == scheme);
      CHECK(claim->key_id == "https://peer.example/u#main-key");
      CHECK(check_claim(*claim, public_of(*key)));
      CHECK_FALSE(check_claim(*claim, public_of(*PrivateKey::make(key->signing()))));
      CHECK_FALSE(check_claim(*claim, public_of(key == &ed ? rsa() : ed)));
    }
    HttpRequest get;
    get.url = "https://example.org:8443/actor?a=b";
    const Arrived arrived(signed_by(rsa(), scheme, get));
    CHECK(verdict(arrived.message, rsa()));
  }
}

TEST_CASE("another scheme replaces what an earlier one added") {
  HttpRequest request = signed_by(rsa(), SignatureScheme::cavage);
  request = signed_by(rsa(), SignatureScheme::rfc9421, request);
  CHECK_FALSE(request.headers.find("Digest"));
  request = signed_by(rsa(), SignatureScheme::cavage, request);
  CHECK_FALSE(request.headers.find("Signature-Input"));
  CHECK(request.headers.get("Date") == "Tue, 24 Nov 2026 10:22:03 GMT");
}

TEST_CASE("whatever is changed on the way is noticed") {
  for (const SignatureScheme scheme : {SignatureScheme::cavage, SignatureScheme::rfc9421}) {
    const HttpRequest request = signed_by(rsa(), scheme);
    const Arrived arrived(request);
    CHECK(why(arrived.message) == "taken");
    SignedMessage other = arrived.message;
    other.method = "PUT";
    CHECK(why(other).find("was not made by the key") != std::string::npos);
    other = arrived.message;
    other.target = "/inbox?a=c";
    CHECK(why(other).find("was not made by the key") != std::string::npos);
    other = arrived.message;
    other.body = R"({"type":"Delete"})";
    CHECK(why(other).find("the digest is not the body's") != std::string::npos);
    other.headers.set("Digest", digest_of(other.body));
    other.headers.set("Content-Digest", content_digest_of(other.body));
    CHECK(why(other).find("was not made by the key") != std::string::npos);
  }
  const Arrived arrived(signed_by(rsa(), SignatureScheme::rfc9421));
  SignedMessage elsewhere = arrived.message;
  elsewhere.origin = "https://example.net";
  CHECK(why(elsewhere) != "taken");
}

TEST_CASE("docs.joinmastodon.org/spec/security: a clock may be an hour off, and no more") {
  for (const SignatureScheme scheme : {SignatureScheme::cavage, SignatureScheme::rfc9421}) {
    const Arrived arrived(signed_by(rsa(), scheme));
    CHECK(why(arrived.message, now + hour) == "taken");
    CHECK(why(arrived.message, now - hour) == "taken");
    CHECK(why(arrived.message, now + hour + second).find("an hour ago") != std::string::npos);
    CHECK(why(arrived.message, now - hour - second).find("in the future") != std::string::npos);
  }
}

TEST_CASE("draft-cavage-12: what must be covered is asked for") {
  const Arrived arrived(signed_by(rsa(), SignatureScheme::cavage));
  const auto with = [&](const std::string& header) {
    SignedMessage out = arrived.message;
    out.headers.set("Signature", header);
    return why(out);
  };
  const std::string head = R"(keyId="k",signature="AAAA",headers=)";
  CHECK(with(head + R"("host date digest")").find("the target") != std::string::npos);
  CHECK(with(head + R"("(request-target) host date")").find("the digest") != std::string::npos);
  CHECK(with(head + R"("(request-target) host digest")").find("when it was made") !=
        std::string::npos);
  CHECK(with(head + R"("(request-target) date digest x-a")").find("x-a, which is not there") !=
        std::string::npos);
  CHECK(with(head + R"("(request-target) (created) date digest")").find("(created), which") !=
        std::string::npos);
  CHECK(with(R"(signature="AAAA",headers="(request-target) date digest")").find("no key") !=
        std::string::npos);
  CHECK(with(R"(keyId="k",algorithm="hmac-sha256",signature="AAAA")").find("rsa-sha256") !=
        std::string::npos);
  CHECK(with("keyId").find("cannot be read") != std::string::npos);
  CHECK(with(R"(keyId="k)").find("cannot be read") != std::string::npos);
}

TEST_CASE("draft-cavage-12: created and expires may stand for the date") {
  SignedMessage message{"POST", "https://example.org", "/inbox", body, {}};
  message.headers.set("Host", "example.org");
  message.headers.set("Digest", "MD5=x, sha-256=" + digest_of(body).substr(8));
  const std::string created = std::to_string(now / second);
  const std::string expires = std::to_string(now / second + 60);
  const std::vector<std::string> names{"(request-target)", "(created)", "(expires)", "digest"};
  const auto base = cavage_base(message, names, created, expires);
  REQUIRE(base);
  message.headers.set("Signature",
                      R"(keyId="k", created=)" + created + ", expires=" + expires +
                          R"(, headers="(request-target) (created) (expires) digest",signature=")" +
                          to_base64(*rsa().sign(*base)) + '"');
  CHECK(why(message) == "taken");
  CHECK(why(message, now + hour) == "taken");
  message.headers.set("Digest", "MD5=x");
  CHECK(why(message).find("no digest of SHA-256") != std::string::npos);
}

TEST_CASE("RFC 9421: what must be covered is asked for") {
  const Arrived arrived(signed_by(rsa(), SignatureScheme::rfc9421));
  const auto with = [&](const std::string& input) {
    SignedMessage out = arrived.message;
    out.headers.set("Signature-Input", input);
    return why(out);
  };
  const std::string end = R"(;created=)" + std::to_string(now / second) + R"(;keyid="k")";
  const std::string all = R"("@method" "@target-uri" "content-digest")";
  CHECK(with("sig1=(" + all + ")" + end).find("was not made") != std::string::npos);
  CHECK(with(R"(sig1=("@method" "content-digest"))" + end).find("method and target") !=
        std::string::npos);
  CHECK(with(R"(sig1=("@method" "@target-uri"))" + end).find("the digest") != std::string::npos);
  CHECK(with("sig1=(" + all + R"();keyid="k")").find("when it was made") != std::string::npos);
  CHECK(with("sig1=(" + all + ");created=1").find("no key") != std::string::npos);
  const auto made = [&](const std::string& times) {
    return with("sig1=(" + all + ");keyid=\"k\";" + times);
  };
  const std::string at = std::to_string(now / second);
  CHECK(made("created=177777795515723").find("in the future") != std::string::npos);
  CHECK(made("created=-999999999999999").find("an hour ago") != std::string::npos);
  CHECK(made("expires=-999999999999999;created=" + at).find("has expired") != std::string::npos);
  CHECK(made("expires=999999999999999;created=" + at).find("expired") == std::string::npos);
  CHECK(with("sig1=(" + all + ")" + end + R"(;alg="rsa-pss-sha512")").find("algorithm") !=
        std::string::npos);
  CHECK(with("sig1=(" + all + R"( "@method"))" + end).find("twice") != std::string::npos);
  CHECK(with("sig1=(" + all + R"( "@status"))" + end).find("do not know") != std::string::npos);
  CHECK(with("sig2=(" + all + ")" + end).find("cannot be read") != std::string::npos);
  CHECK(with("sig1=1").find("cannot be read") != std::string::npos);
  CHECK(with(R"(sig1=("@method" "@target-uri" "content-digest";key="sha-256"))" + end)
            .find("the digest") != std::string::npos);
}

TEST_CASE("RFC 9421 section 2: the parts of a request") {
  SignedMessage message{"POST", "https://example.org:8443", "/a/b?x=%20y&z", "", {}};
  message.headers.add("X-Two", " one ");
  message.headers.add("X-Two", "two");
  message.headers.add("Dict", "a=1, b=(2 3);c");
  const auto list = read_field_list(
      R"(("@authority" "@scheme" "@path" "@query" "@request-target" "@query-param";name="x" )"
      R"("x-two" "dict";key="b");created=1)");
  REQUIRE(list);
  CHECK(rfc9421_base(message, std::get<InnerList>(list->front())) ==
        "\"@authority\": example.org:8443\n\"@scheme\": https\n\"@path\": /a/b\n"
        "\"@query\": ?x=%20y&z\n\"@request-target\": /a/b?x=%20y&z\n"
        "\"@query-param\";name=\"x\": %20y\n\"x-two\": one, two\n\"dict\";key=\"b\": (2 3);c\n"
        "\"@signature-params\": (\"@authority\" \"@scheme\" \"@path\" \"@query\" "
        "\"@request-target\" \"@query-param\";name=\"x\" \"x-two\" \"dict\";key=\"b\");created=1");
}

TEST_CASE("a request without a signature is another thing than one with a bad one") {
  const SignedMessage message{"GET", "https://example.org", "/", "", {}};
  CHECK(read_claim(message, now).error().fault == Fault::not_found);
}

TEST_CASE("a GET that was signed without its query is taken, a POST is not") {
  for (const char* method : {"GET", "POST"}) {
    HttpRequest request = post();
    request.method = method;
    request.url = "https://example.org:8443/outbox";
    request = signed_by(rsa(), SignatureScheme::cavage, request);
    const Arrived arrived(request);
    SignedMessage message = arrived.message;
    message.target = "/outbox?page=1";
    CHECK((why(message) == "taken") == (request.method == "GET"));
  }
}
