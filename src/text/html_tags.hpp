// Foreign HTML as a row of tags, without a tree: reading it takes time linear in its size and no
// stack, whatever it holds. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

// Names in lower case, values with their character references undone. A name may stand twice.
using HtmlAttributes = std::vector<std::pair<std::string, std::string>>;

// Appends `text` with the references that pages really use undone: the five of XML, &nbsp; and
// numbers. Others stay as they are.
void append_unescaped(std::string_view text, std::string& out);

// The name of the tag at the front of `tag` ("<p class=…>" -> "p", "</p>" -> "/p"), lower case.
[[nodiscard]] std::string tag_name(std::string_view tag);

// Where the tag at the front of `html` ends (behind its ">"); quotes hide a ">". A comment is one
// tag. The whole size where it does not end.
[[nodiscard]] std::size_t tag_end(std::string_view html);

// The attributes of the tag at the front of `tag`, up to its end.
[[nodiscard]] HtmlAttributes attributes_of(std::string_view tag);

// The value of the first attribute of that name, or empty. Valid as long as the attributes.
[[nodiscard]] std::string_view value_of(const HtmlAttributes& attributes, std::string_view name);

}  // namespace carillon
