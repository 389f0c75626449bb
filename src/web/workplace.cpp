#include "web/workplace.hpp"

#include "base/moment.hpp"
#include "base/zone.hpp"

namespace carillon {

std::string Workplace::when(const std::string& iso) const {
  return in_zone(parse_time(iso).value_or(0), hub->workspace().config.organisation.time_zone);
}

std::variant<Workplace, HttpAnswer> enter(Service& service, const HttpQuery& query) {
  const auto hub = service.hub();
  Caller caller = caller_of(query, hub->workspace().config.organisation.url);
  const Secret session = caller.visitor.session;
  const std::string path(query.path);
  auto who = sign_in_of(*hub).present(session);
  if (!who) return error_page(service, path, 503, who.error());
  if (!*who) {
    const bool comes_back = query.method == "GET" && path != own_path({});
    return see_other(comes_back ? "/sign-in?" + build_query({{"next", path}}) : "/sign-in");
  }
  const Actor actor = actor_of(**who, session);
  return Workplace{service, hub, query, std::move(caller), std::move(**who), actor};
}

int page_status(Fault fault) {
  switch (fault) {
    case Fault::denied:
      return 403;
    case Fault::not_found:
      return 404;
    case Fault::conflict:
      return 409;
    case Fault::invalid:
    case Fault::too_large:
      return 422;
    default:
      return 503;
  }
}

std::string sentences(const Error& error) {
  return error.what + (error.hint.empty() ? "." : ". " + error.hint);
}

Html section(std::string_view id, std::string_view title, const Html& inside) {
  return tag("section", attr("id", id), tag("h2", title), inside);
}

Html ways(std::string_view path) {
  Html out;
  const auto way = [&](std::string_view to, std::string_view name) {
    out.add(tag("li", tag("a", attr("href", to),
                          to == path ? attr("aria-current", "page") : Attribute(), name)));
  };
  way("/desk", "Today");
  way("/desk/drafts", "Drafts");
  way("/desk/new", "New draft");
  way("/account", "Your account");
  return tag("nav", attr("class", "ways"), attr("aria-label", "The desk"), tag("ul", out));
}

}  // namespace carillon
