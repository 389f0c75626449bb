// What a crawl knows of addresses. Internal to crawl.
#pragma once

#include <string>
#include <string_view>

#include "net/url.hpp"

namespace carillon {

// What makes two hosts one: the name without "www.", the port where it is not the scheme's. Pure.
[[nodiscard]] std::string host_key(const Url& url);

// Whether a path ends like something that is no page. Pure.
[[nodiscard]] bool looks_binary(std::string_view path);

// Whether an address looks like one of an endless row: too long, or folders that repeat. Pure.
[[nodiscard]] bool is_trap(const Url& url);

// What makes two addresses one page: see crawl(). Pure.
[[nodiscard]] std::string page_key(const Url& url);

}  // namespace carillon
