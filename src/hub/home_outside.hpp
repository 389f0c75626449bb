// The parts of looking at the home from outside; internal to home_doctor.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/fediverse.hpp"
#include "hub/installation.hpp"
#include "net/url.hpp"

namespace carillon {

// What the looks share. Of one thread.
class Outside {
 public:
  Outside(Hub& hub, const Fediverse& fediverse, Url given, const std::string& authority);

  void good(const std::string& part, const std::string& message);
  void warn(const std::string& part, const std::string& message, const std::string& hint);
  void bad(const std::string& part, const std::string& message, const std::string& hint);
  void bad(const std::string& part, const Error& error);

  // One request, no redirect followed.
  [[nodiscard]] HttpResult ask(HttpRequest request);
  // A GET with this Accept.
  [[nodiscard]] HttpResult get(const std::string& address, std::string_view accept);
  // The same, five redirects followed.
  [[nodiscard]] HttpResult follow(const std::string& address, std::string_view accept);

  [[nodiscard]] const FediAccount& account() const { return fediverse_.site.account(); }
  [[nodiscard]] const Signer& signer() const { return fediverse_.signer; }
  [[nodiscard]] const FediSite& site() const { return fediverse_.site; }
  [[nodiscard]] const Clock& clock() const { return hub_.clock(); }
  [[nodiscard]] Ids& ids() { return hub_.ids(); }
  [[nodiscard]] const Url& given() const { return given_; }
  [[nodiscard]] std::vector<Diagnosis> take() { return std::move(found_); }

 private:
  Hub& hub_;
  const Fediverse& fediverse_;
  Url given_;
  HttpClient http_;
  std::vector<Diagnosis> found_;
};

// The name of the home and of the handle, certificates, http. False where nothing else can be
// asked.
[[nodiscard]] bool look_at_way(Outside& outside, const std::string& authority,
                               std::int64_t http_port);
// WebFinger, host-meta, NodeInfo, the account and the newest announcement, each as others ask.
void look_at_documents(Outside& outside);
// What of signed requests comes through to the inboxes.
void look_at_inbox(Outside& outside);

}  // namespace carillon
