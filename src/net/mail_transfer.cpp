#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "net/authorities.hpp"
#include "net/mail.hpp"
#include "net/transfer.hpp"

namespace carillon {

namespace {

// How far the conversation came, by the command that was said last.
enum class Stage { connect, hello, tls, sign_in, sender, recipient, text };
// The answer to it says nothing of the mail.
constexpr std::string_view farewell = "QUIT";

std::string_view host_of(std::string_view url) {
  const std::string_view rest = url.substr(std::min(url.find("://") + 3, url.size()));
  if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

bool is_here(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

class Conversation {
 public:
  explicit Conversation(const MailServer& server) : server_(server), easy_(curl_easy_init()) {}
  MailResult run(const MailMessage* message);

 private:
  template <class Value>
  void put(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
    if (setup_ == CURLE_OK) setup_ = code;
  }
  void prepare();
  void put_message(const MailMessage& message);
  [[nodiscard]] MailFailure failure(CURLcode code, const MailMessage* message) const;
  [[nodiscard]] MailFailure answered(long status, const MailMessage* message) const;
  [[nodiscard]] MailFailure unanswered(CURLcode code) const;
  [[nodiscard]] std::string said() const;
  [[nodiscard]] std::string who() const { return std::string(host_of(server_.url)); }

  static std::size_t give(char* into, std::size_t size, std::size_t count, void* self);
  static std::size_t hear(char* data, std::size_t size, std::size_t count, void* self);
  static int watch(CURL*, curl_infotype type, char* data, std::size_t size, void* self);
  static int goes_on(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const MailServer& server_;
  Easy easy_;
  CURLcode setup_ = CURLE_OK;
  Slist to_;
  Slist resolve_;
  std::string bytes_;
  std::size_t given_ = 0;
  std::string answer_;  // the last whole line that the server said
  Stage stage_ = Stage::connect;
  bool over_ = false;  // we said farewell
  std::array<char, CURL_ERROR_SIZE> message_{};
};

std::size_t Conversation::give(char* into, std::size_t size, std::size_t count, void* self) {
  auto& me = *static_cast<Conversation*>(self);
  const std::size_t part = std::min(size * count, me.bytes_.size() - me.given_);
  std::memcpy(into, me.bytes_.data() + me.given_, part);
  me.given_ += part;
  return part;
}

std::size_t Conversation::hear(char* data, std::size_t size, std::size_t count, void* self) {
  auto& me = *static_cast<Conversation*>(self);
  if (!me.over_) me.answer_ = std::string(trim(std::string_view(data, size * count)));
  return size * count;
}

// libcurl tells a code, but not of which command; what is said stays here.
int Conversation::watch(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
  auto& me = *static_cast<Conversation*>(self);
  if (type != CURLINFO_HEADER_OUT) return 0;
  const std::string_view line(data, size);
  if (line.starts_with(farewell)) me.over_ = true;
  const bool begins = line.starts_with("EHLO") || line.starts_with("HELO");
  if (begins && me.stage_ < Stage::hello) me.stage_ = Stage::hello;
  if (line.starts_with("STARTTLS")) me.stage_ = Stage::tls;
  if (line.starts_with("AUTH ")) me.stage_ = Stage::sign_in;
  if (line.starts_with("MAIL FROM")) me.stage_ = Stage::sender;
  if (line.starts_with("RCPT TO")) me.stage_ = Stage::recipient;
  if (line.starts_with("DATA")) me.stage_ = Stage::text;
  return 0;
}

int Conversation::goes_on(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& stopping = static_cast<Conversation*>(self)->server_.stopping;
  return stopping && stopping() ? 1 : 0;
}

void Conversation::prepare() {
  const std::string url = fmt::format("{}/{}", server_.url, server_.helo);
  put(CURLOPT_URL, url.c_str());
  put(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  put(CURLOPT_PROXY, "");
  put(CURLOPT_NOSIGNAL, 1L);
  put(CURLOPT_ERRORBUFFER, message_.data());
  put(CURLOPT_CONNECTTIMEOUT_MS, limits::http_connect_ms);
  put(CURLOPT_TIMEOUT_MS, limits::http_total_ms);
  put(CURLOPT_SSL_VERIFYPEER, 1L);
  put(CURLOPT_SSL_VERIFYHOST, 2L);
  const bool plain = server_.url.starts_with("smtp://") && is_here(host_of(server_.url));
  put(CURLOPT_USE_SSL, static_cast<long>(plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  const std::string authority = authorities(server_.ca_file);
  if (!authority.empty()) put(CURLOPT_CAINFO, authority.c_str());
  for (const std::string& entry : server_.resolve_for_tests)
    resolve_.reset(curl_slist_append(resolve_.release(), entry.c_str()));
  if (resolve_) put(CURLOPT_RESOLVE, resolve_.get());
  if (!server_.user.empty()) {
    put(CURLOPT_USERNAME, server_.user.c_str());
    put(CURLOPT_PASSWORD, server_.secret.reveal().c_str());
  }
  put(CURLOPT_HEADERFUNCTION, &Conversation::hear);
  put(CURLOPT_HEADERDATA, this);
  put(CURLOPT_WRITEFUNCTION, &Conversation::hear);
  put(CURLOPT_WRITEDATA, this);
  put(CURLOPT_VERBOSE, 1L);
  put(CURLOPT_DEBUGFUNCTION, &Conversation::watch);
  put(CURLOPT_DEBUGDATA, this);
  put(CURLOPT_NOPROGRESS, 0L);
  put(CURLOPT_XFERINFOFUNCTION, &Conversation::goes_on);
  put(CURLOPT_XFERINFODATA, this);
}

void Conversation::put_message(const MailMessage& message) {
  bytes_ = mail_bytes(message);
  to_.reset(curl_slist_append(nullptr, message.to.str().c_str()));
  put(CURLOPT_MAIL_FROM, message.from.str().c_str());
  put(CURLOPT_MAIL_RCPT, to_.get());
  put(CURLOPT_UPLOAD, 1L);
  put(CURLOPT_READFUNCTION, &Conversation::give);
  put(CURLOPT_READDATA, this);
  put(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes_.size()));
}

MailResult Conversation::run(const MailMessage* message) {
  const auto broken = [](std::string what) {
    return tl::unexpected(MailFailure{MailFault::later, {Fault::internal, std::move(what), ""}});
  };
  if (!easy_) return broken("libcurl does not start");
  prepare();
  if (message != nullptr) {
    put_message(*message);
  } else {
    put(CURLOPT_NOBODY, 1L);
    put(CURLOPT_CUSTOMREQUEST, "NOOP");
  }
  if (setup_ != CURLE_OK) return broken("libcurl does not take the mail");
  const CURLcode code = curl_easy_perform(easy_.get());
  if (code == CURLE_OK) return {};
  return tl::unexpected(failure(code, message));
}

// The server's words on one line, without what must not be shown.
std::string Conversation::said() const {
  std::string out = MailWords(answer_.substr(0, 300)).str();
  for (const std::string& hidden : {server_.secret.reveal(), to_base64(server_.secret.reveal())}) {
    if (hidden.size() >= 4 && out.find(hidden) != std::string::npos) return "(words not shown)";
  }
  return out;
}

MailFailure Conversation::failure(CURLcode code, const MailMessage* message) const {
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return {MailFault::later, {Fault::unavailable, "the program is stopping", ""}};
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  const bool encryption = code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CONNECT_ERROR ||
                          code == CURLE_PEER_FAILED_VERIFICATION ||
                          code == CURLE_SSL_CACERT_BADFILE;
  const bool lost = code == CURLE_OPERATION_TIMEDOUT || code == CURLE_COULDNT_CONNECT ||
                    code == CURLE_COULDNT_RESOLVE_HOST;
  if (!encryption && !lost && status >= 400 && status < 600) return answered(status, message);
  if (code == CURLE_LOGIN_DENIED) return answered(535, message);
  return unanswered(code);
}

MailFailure Conversation::answered(long status, const MailMessage* message) const {
  const bool later = status < 500;
  const auto out = [&](MailFault kind, Fault fault, const std::string& what, std::string hint) {
    return MailFailure{
        later ? MailFault::later : kind,
        {later ? Fault::unavailable : fault, fmt::format("{}: {}", what, said()), std::move(hint)}};
  };
  const std::string_view wait = "It is tried again by itself.";
  const auto hint = [&](std::string_view otherwise) {
    return std::string(later ? wait : otherwise);
  };
  switch (stage_) {
    case Stage::sign_in:
      return out(MailFault::setup, Fault::denied,
                 fmt::format("{} does not let \"{}\" in", who(), MailWords(server_.user).str()),
                 hint("Check mail.user in carillon.yaml, and enter the password with `carillon "
                      "mail secret`."));
    case Stage::sender:
      return out(MailFault::setup, Fault::denied,
                 fmt::format("{} takes no mail from {}", who(),
                             message == nullptr ? "us" : message->from.str()),
                 hint("Check mail.from and mail.user in carillon.yaml."));
    case Stage::recipient:
      return out(MailFault::refused, Fault::invalid,
                 fmt::format("{} takes no mail for {}", who(),
                             message == nullptr ? "anybody" : message->to.str()),
                 hint("Check the address."));
    case Stage::text:
      return out(MailFault::refused, Fault::denied,
                 fmt::format("{} does not take the message", who()),
                 hint("Its own words say why; often the address in mail.from is not yours there."));
    default:
      return out(MailFault::setup, Fault::unavailable, fmt::format("{} does not talk to us", who()),
                 hint("Its own words say why; check mail.server in carillon.yaml."));
  }
}

MailFailure Conversation::unanswered(CURLcode code) const {
  const auto setup = [](Fault fault, std::string what, std::string hint) {
    return MailFailure{MailFault::setup, {fault, std::move(what), std::move(hint)}};
  };
  const auto later = [](Fault fault, std::string what, std::string hint) {
    return MailFailure{MailFault::later, {fault, std::move(what), std::move(hint)}};
  };
  switch (code) {
    case CURLE_USE_SSL_FAILED:
      return setup(Fault::denied, fmt::format("{} offers no encryption (STARTTLS)", who()),
                   "Nothing was sent. Try smtps:// in mail.server, or ask who runs the server.");
    case CURLE_PEER_FAILED_VERIFICATION:
      return setup(
          Fault::denied,
          fmt::format("{} shows a certificate that is not valid ({})", who(), message_.data()),
          "Nothing was sent. Its admin must renew or correct the certificate.");
    case CURLE_SSL_CONNECT_ERROR:
      return setup(Fault::unavailable,
                   fmt::format("{} and this program agree on no encryption", who()),
                   "Nothing was sent. Port 465 speaks smtps://, port 587 smtp://.");
    case CURLE_SSL_CACERT_BADFILE:
      return setup(Fault::invalid, "the file of certificate authorities cannot be read", "");
    case CURLE_LOGIN_DENIED:
      return setup(Fault::denied, fmt::format("{} does not let us in", who()),
                   "Check mail.user in carillon.yaml, and `carillon mail secret`.");
    case CURLE_COULDNT_RESOLVE_HOST:
      return later(Fault::unavailable, fmt::format("the name {} does not resolve", who()),
                   "Check mail.server in carillon.yaml and this machine's network connection.");
    case CURLE_COULDNT_CONNECT:
      return later(Fault::unavailable, fmt::format("{} does not accept connections", who()),
                   "Check mail.server in carillon.yaml: host and port.");
    case CURLE_OPERATION_TIMEDOUT:
      return later(Fault::timeout, fmt::format("{} did not answer in time", who()),
                   "Check mail.server in carillon.yaml, or try again later.");
    default:
      return later(
          Fault::unavailable,
          fmt::format("the conversation with {} broke off ({})", who(), curl_easy_strerror(code)),
          "");
  }
}

}  // namespace

MailResult send_mail(const MailServer& server, const MailMessage& message) {
  return Conversation(server).run(&message);
}

MailResult check_mail_server(const MailServer& server) {
  return Conversation(server).run(nullptr);
}

}  // namespace carillon
