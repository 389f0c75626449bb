#include "retire/crawl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "retire/crawl_address.hpp"
#include "retire/robots.hpp"
#include "retire/sitemap.hpp"
#include "text/html_links.hpp"

namespace carillon {

namespace {

constexpr std::string_view product = "carillon";
constexpr int hops_most = 5;            // redirects from one address
constexpr int tries_most = 3;           // of an address whose server asks us to come back
constexpr int failures_most = 5;        // in a row, before a host is given up
constexpr std::int64_t wait_most = 60;  // seconds, of what a server asks for
constexpr std::size_t examples_bytes = 200;

struct Item {
  Url url;
  std::size_t depth = 0;
  int hops = 0;
  int tries = 0;
};

struct Host {
  std::string key;
  std::string origin;
  std::optional<Robots> robots;
  std::deque<Item> sitemaps;
  std::deque<Item> pages;
  Micros next = 0;  // when it may be asked again
  Micros delay = 0;
  int failures = 0;
  [[nodiscard]] bool idle() const { return sitemaps.empty() && pages.empty(); }
};

std::string type_of(const HttpReply& reply) {
  const std::string_view said = reply.headers.get("content-type");
  return lower_ascii(trim(said.substr(0, said.find(';'))));
}

bool is_readable(std::string_view type) {
  static constexpr std::array<std::string_view, 9> types{
      "text/html",       "application/xhtml+xml", "text/xml",
      "application/xml", "application/json",      "application/ld+json",
      "text/plain",      "text/markdown",         "application/manifest+json"};
  return type.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

bool is_html(std::string_view type) {
  return type.empty() || type == "text/html" || type == "application/xhtml+xml";
}

// A feed or a sitemap by another name: what it says stands on the pages.
bool is_feed(std::string_view body) {
  const std::string head = lower_ascii(body.substr(0, 1000));
  for (const std::string_view root : {"<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex"}) {
    if (head.find(root) != std::string::npos) return true;
  }
  return false;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool leads_on(const HtmlLink& link) {
  if (link.element == "script") return false;
  if (link.element != "link") return true;
  static constexpr std::array<std::string_view, 8> rels{
      "alternate", "canonical", "next", "prev", "home", "author", "manifest", "start"};
  return std::find(rels.begin(), rels.end(), link.rel) != rels.end();
}

class Crawl {
 public:
  Crawl(const CrawlTools& tools, const CrawlOptions& options,
        const std::function<void(const CrawledPage&)>& seen)
      : tools_(tools),
        options_(options),
        seen_(seen),
        until_(tools.clock.now() + options.at_most) {}

  Result<CrawlReport> run() {
    CHECK_OK(begin());
    while (Host* host = next_host()) {
      const Micros now = tools_.clock.now();
      if (now >= until_) return end("there was no more time");
      if (report_.pages >= static_cast<std::int64_t>(options_.pages))
        return end(fmt::format("{} pages were read, as many as were asked for", options_.pages));
      if (host->next > now && !tools_.wait(std::min(host->next, until_) - now))
        return fail(Fault::unavailable, "the crawl was stopped");
      if (tools_.clock.now() < host->next) continue;
      step(*host);
      host->next = std::max(host->next, tools_.clock.now() + host->delay);
      if (tools_.told)
        tools_.told(static_cast<std::uint64_t>(report_.pages),
                    static_cast<std::uint64_t>(report_.pages) + waiting());
    }
    return end({});
  }

 private:
  Result<void> begin() {
    for (const std::string& address : options_.from) {
      TRY(Url url, parse_url(address));
      allowed_.insert(host_key(url));
    }
    for (const std::string& host : options_.hosts) {
      const bool whole = host.find("://") != std::string::npos;
      TRY(const Url url, parse_url(whole ? host : "https://" + host));
      allowed_.insert(host_key(url));
    }
    for (const std::string& address : options_.from) {
      TRY(Url url, parse_url(address));
      url.fragment.reset();
      known_.insert(page_key(url));
      host_of(url).pages.push_back({std::move(url)});
    }
    return {};
  }

  Host& host_of(const Url& url) {
    const std::string origin = url.origin();
    auto [at, fresh] = hosts_.try_emplace(origin);
    if (fresh) at->second = {host_key(url), origin, {}, {}, {}, 0, options_.delay, 0};
    return at->second;
  }

  // The host that may be asked first; null when nothing waits.
  Host* next_host() {
    Host* out = nullptr;
    for (auto& [origin, host] : hosts_) {
      if (!host.idle() && (out == nullptr || host.next < out->next)) out = &host;
    }
    return out;
  }

  [[nodiscard]] std::size_t waiting() const {
    std::size_t out = 0;
    for (const auto& [origin, host] : hosts_) out += host.pages.size();
    return out;
  }

  // One request to the host.
  void step(Host& host) {
    if (!host.robots) return read_robots(host);
    const bool list = !host.sitemaps.empty();
    auto& queue = list ? host.sitemaps : host.pages;
    Item item = std::move(queue.front());
    queue.pop_front();
    if (!host.robots->allows(item.url.target()))
      return leave("robots.txt forbids it", item.url.str());
    list ? read_list(host, std::move(item)) : read_page(host, std::move(item));
  }

  HttpResult get(const Url& url, std::size_t bytes, bool only_text) {
    HttpRequest request{.url = url.str(), .headers = {{"Accept", accept(only_text)}}};
    request.trust = options_.trust;
    request.limits.reply_bytes = bytes;
    request.limits.cut = true;
    request.limits.redirects = 0;
    if (only_text)
      request.wants_body = [](const HttpReply& head) {
        return head.ok() && is_readable(type_of(head));
      };
    return tools_.http.send(request);
  }

  static std::string accept(bool only_text) {
    return only_text ? "text/html,application/xhtml+xml,application/json;q=0.8,*/*;q=0.5" : "*/*";
  }

  // Section 2.3.1: 4xx is leave to read everything, 5xx and silence are none. "Too many requests"
  // is no leave either.
  void read_robots(Host& host) {
    HttpRequest request{.url = host.origin + "/robots.txt"};
    request.trust = options_.trust;
    request.limits.reply_bytes = limits::robots_bytes;
    request.limits.cut = true;
    const HttpResult reply = tools_.http.send(request);
    const bool read = reply && reply->ok();
    const bool absent =
        reply && reply->status >= 400 && reply->status < 500 && reply->status != 429;
    host.robots = read     ? Robots::read(reply->body, product)
                  : absent ? Robots::all()
                           : Robots::none();
    if (!reply) note_failure(host, host.origin, reply.error().error);
    if (!reply || (!read && !absent)) {
      const std::string why = reply ? fmt::format("robots.txt answered {}", reply->status)
                                    : std::string("the host does not answer");
      drop(host, why);
      return;
    }
    host.delay = std::max(options_.delay,
                          std::min(host.robots->delay(), limits::crawl_delay_most_ms * 1000));
    if (!options_.sitemaps) return;
    const auto base = parse_url(host.origin + "/");
    std::vector<std::string> lists = host.robots->sitemaps();
    if (lists.empty()) lists.emplace_back("/sitemap.xml");
    for (const std::string& list : lists) add_list(*base, list);
  }

  void add_list(const Url& base, const std::string& address) {
    auto url = join_url(base, address);
    if (!url || !allowed_.contains(host_key(*url)) || lists_.size() >= limits::sitemaps) return;
    if (!lists_.insert(url->str()).second) return;
    host_of(*url).sitemaps.push_back({std::move(*url)});
  }

  void read_list(Host& host, Item item) {
    const HttpResult reply = get(item.url, limits::sitemap_bytes, false);
    if (!reply || !reply->ok()) {
      if (reply && is_redirect(reply->status) && item.hops < hops_most) {
        auto to = join_url(item.url, reply->headers.get("location"));
        if (to && allowed_.contains(host_key(*to)))
          host_of(*to).sitemaps.push_back({std::move(*to), 0, item.hops + 1});
      }
      return;  // a site needs none
    }
    report_.bytes += static_cast<std::int64_t>(reply->body.size());
    const auto list = read_sitemap(reply->body);
    if (!list) return;
    if (list->cut || reply->cut) leave("a sitemap was too large to be read whole", item.url.str());
    for (const std::string& address : list->sitemaps) add_list(item.url, address);
    for (const std::string& address : list->pages) add_page(item.url, address, 1);
    host.failures = 0;
  }

  // Notes an address that a page or a list names.
  void add_page(const Url& base, std::string_view address, std::size_t depth) {
    auto url = join_url(base, address);
    if (!url || !allowed_.contains(host_key(*url)) || looks_binary(url->path)) return;
    url->fragment.reset();
    if (options_.wanted && !options_.wanted(*url)) return;
    if (!known_.insert(page_key(*url)).second) return;
    add({std::move(*url), depth});
  }

  void add(Item item) {
    const std::string address = item.url.str();
    if (item.depth > options_.depth) return leave("it is too many links away", address);
    if (is_trap(item.url)) return leave("the address looks like one of an endless row", address);
    if (item.url.query && ++queries_[host_key(item.url) + item.url.path] > limits::crawl_same_path)
      return leave("many addresses differ only behind the \"?\"", address);
    if (waiting() >= limits::crawl_waiting) return leave("too many addresses wait", address);
    host_of(item.url).pages.push_back(std::move(item));
  }

  void read_page(Host& host, Item item) {
    const HttpResult reply = get(item.url, options_.page_bytes, true);
    const std::string address = item.url.str();
    if (!reply) return note_failure(host, address, reply.error().error);
    host.failures = 0;
    if (is_redirect(reply->status)) return follow(std::move(item), *reply);
    if (reply->status == 429 || reply->status == 503)
      return come_back(host, std::move(item), *reply);
    if (reply->status == 404 || reply->status == 410)
      return leave("there is no such page", address);
    const std::string type = type_of(*reply);
    if (!reply->ok()) {
      report_.unread.push_back(fmt::format("{}: answered {}", address, reply->status));
      return;
    }
    if (!is_readable(type)) return leave("it is no text", address);
    if (type.ends_with("xml") && type != "application/xhtml+xml" && is_feed(reply->body))
      return leave("it is a feed, which repeats the pages", address);
    if (reply->cut)
      leave(fmt::format("only the first {} MB of the page were read",
                        options_.page_bytes / 1024 / 1024),
            address);
    take(item, type, reply->body);
  }

  void take(const Item& item, const std::string& type, const std::string& body) {
    std::optional<HtmlOutline> outline;
    if (is_html(type)) {
      outline = outline_of(body);
      if (is_variant(item.url, *outline))
        return leave("it says that it is another page", item.url.str());
    }
    const bool fresh = bodies_.insert(sha256(body)).second;
    if (!fresh) return leave("it has the same bytes as another page", item.url.str());
    ++report_.pages;
    report_.bytes += static_cast<std::int64_t>(body.size());
    seen_({item.url.str(), type.empty() ? "text/html" : type, body});
    if (!outline) return;
    const auto own =
        outline->base.empty() ? Result<Url>(item.url) : join_url(item.url, outline->base);
    for (const HtmlLink& link : outline->links) {
      if (leads_on(link)) add_page(own ? *own : item.url, link.address, item.depth + 1);
    }
  }

  // The same path with another query, by the page's own word, where that one is known. Another
  // path is not believed: sites exist whose every page names the front page.
  bool is_variant(const Url& url, const HtmlOutline& outline) {
    if (outline.canonical.empty() || !url.query) return false;
    const auto other = join_url(url, outline.canonical);
    if (!other || host_key(*other) != host_key(url) || other->path != url.path) return false;
    if (page_key(*other) == page_key(url)) return false;
    if (!known_.insert(page_key(*other)).second) return true;
    add({*other, 0});
    return true;
  }

  void follow(Item item, const HttpReply& reply) {
    const std::string from = item.url.str();
    auto to = join_url(item.url, reply.headers.get("location"));
    if (!to || reply.headers.get("location").empty()) {
      report_.unread.push_back(from + ": redirects to something that is no address");
      return;
    }
    to->fragment.reset();
    if (!allowed_.contains(host_key(*to)))
      return leave(fmt::format("it leads to {}, which was not named", to->origin()), from);
    if (++item.hops > hops_most) return leave("it redirects too often", from);
    // To another host or scheme the same page may lead: that is no circle yet.
    const bool same = page_key(*to) == page_key(item.url);
    if (!same && !known_.insert(page_key(*to)).second) return;
    item.url = std::move(*to);
    host_of(item.url).pages.push_front(std::move(item));
  }

  void come_back(Host& host, Item item, const HttpReply& reply) {
    if (++item.tries >= tries_most) {
      report_.unread.push_back(fmt::format("{}: answered {}", item.url.str(), reply.status));
      return;
    }
    std::int64_t seconds = 0;
    for (const char c : reply.headers.get("retry-after"))
      seconds = c >= '0' && c <= '9' ? std::min(seconds * 10 + (c - '0'), wait_most) : wait_most;
    host.next = tools_.clock.now() + std::max<std::int64_t>(seconds, 2) * second;
    host.pages.push_front(std::move(item));
  }

  void note_failure(Host& host, const std::string& address, const Error& error) {
    if (!first_error_) first_error_ = error;
    const bool named = error.what.find(address) != std::string::npos;
    report_.unread.push_back(named ? error.what : fmt::format("{}: {}", address, error.what));
    if (++host.failures < failures_most) return;
    drop(host, "the host does not answer any more");
  }

  void drop(Host& host, const std::string& why) {
    for (const Item& item : host.pages) leave(why, item.url.str());
    host.pages.clear();
    host.sitemaps.clear();
  }

  void leave(const std::string& why, const std::string& address) {
    LeftOut& left = left_[why];
    left.why = why;
    if (left.count++ == 0) left.example = address.substr(0, examples_bytes);
  }

  Result<CrawlReport> end(const std::string& cut) {
    for (auto& [origin, host] : hosts_) {
      if (!cut.empty()) drop(host, cut);
    }
    if (report_.pages == 0) return tl::unexpected<Error>(nothing_read());
    for (auto& [why, left] : left_) report_.left.push_back(std::move(left));
    std::stable_sort(report_.left.begin(), report_.left.end(),
                     [](const LeftOut& a, const LeftOut& b) { return a.count > b.count; });
    return std::move(report_);
  }

  [[nodiscard]] Error nothing_read() const {
    const std::string where = options_.from.empty() ? "the site" : options_.from.front();
    if (first_error_) return *first_error_;
    if (left_.contains("robots.txt forbids it"))
      return {Fault::denied, fmt::format("{}: robots.txt lets this program read nothing", where),
              "If the site is yours, add a group \"User-agent: Carillon\" with \"Allow: /\"."};
    std::string why = report_.unread.empty() ? "" : report_.unread.front();
    if (why.empty() && !left_.empty()) why = where + ": " + left_.begin()->first;
    return {Fault::unavailable, why.empty() ? where + ": there was nothing to read" : why,
            "Open the address in a browser: is it the one that people read?"};
  }

  const CrawlTools& tools_;
  const CrawlOptions& options_;
  const std::function<void(const CrawledPage&)>& seen_;
  const Micros until_;
  std::set<std::string> allowed_;
  std::map<std::string, Host> hosts_;  // by origin
  std::set<std::string> known_;        // pages, by key
  std::set<std::string> lists_;        // sitemaps
  std::set<std::string> bodies_;       // hashes of what was read
  std::map<std::string, std::size_t> queries_;
  std::map<std::string, LeftOut> left_;
  std::optional<Error> first_error_;
  CrawlReport report_;
};

}  // namespace

Result<CrawlReport> crawl(const CrawlTools& tools, const CrawlOptions& options,
                          const std::function<void(const CrawledPage&)>& seen) {
  if (options.from.empty()) return fail(Fault::invalid, "there is no address to begin at");
  return Crawl(tools, options, seen).run();
}

}  // namespace carillon
