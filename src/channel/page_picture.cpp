#include "channel/page_picture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "channel/html_scan.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

Result<HttpReply> get(const std::string& url, const char* accept, std::size_t bytes,
                      Access& access) {
  HttpRequest request{.url = url, .headers = {{"Accept", accept}}, .limits = access.limits};
  request.limits.reply_bytes = std::min(request.limits.reply_bytes, bytes);
  request.limits.connect_ms = std::min(request.limits.connect_ms, limits::card_ms);
  request.limits.total_ms = std::min(request.limits.total_ms, limits::card_ms);
  HttpResult reply = access.http.send(request);
  if (!reply) return tl::unexpected<Error>(std::move(reply).error().error);
  if (reply->ok()) return std::move(*reply);
  const auto parsed = parse_url(reply->final_url);
  return fail(Fault::unavailable,
              fmt::format("{} answered {}", parsed ? parsed->origin() : "the page", reply->status));
}

}  // namespace

Result<Image> page_picture(const std::string& page, const ImageLimits& limits, Access& access) {
  if (!access.reencode) return fail(Fault::unavailable, "nothing here re-encodes pictures");
  TRY(const HttpReply html, get(page, "text/html", limits::card_page_bytes, access));
  std::optional<std::string> named;
  for (const char* property : {"og:image", "og:image:url", "twitter:image"}) {
    if (!named) named = meta_content(html.body, property);
  }
  TRY(const Url base, parse_url(html.final_url));
  if (!named) return fail(Fault::not_found, base.origin() + " names no picture of the page");
  TRY(const Url url, join_url(base, *named));
  TRY(const HttpReply picture, get(url.str(), "image/*", limits::card_picture_bytes, access));
  return access.reencode(picture.body, {}, limits);
}

}  // namespace carillon
