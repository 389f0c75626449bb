// YAML 1.2 core values as JSON values, with the line of each, so that one described reader serves
// configuration and front matter and its errors name the line.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/describe.hpp"

namespace carillon {

struct Yaml {
  json::value value;
  std::map<std::string, int> lines;  // JSON pointer -> line, counted from 1

  // The line of the value at `path`, or of its nearest ancestor.
  [[nodiscard]] int line_of(std::string path) const;
};

// One YAML document. `first_line` is the line its text starts at in the file. Errors: corrupt with
// the line; invalid for a second document; too_large beyond limits::yaml_bytes, yaml_depth or
// yaml_nodes (aliases count expanded).
[[nodiscard]] Result<Yaml> parse_yaml(std::string_view text, int first_line = 1);

// What the text must be changed to, as an error: "line 4: /media/0/alt: expected text, found a
// number". Pure.
[[nodiscard]] Error misfit_error(const Yaml& yaml, const Misfit& misfit);

// Reads a described type. Errors: misfit_error.
template <class T>
[[nodiscard]] Result<T> from_yaml(const Yaml& yaml, Unknown unknown = Unknown::refuse) {
  auto out = fit_json<T>(yaml.value, unknown);
  if (out) return std::move(*out);
  return tl::unexpected<Error>(misfit_error(yaml, out.error()));
}

}  // namespace carillon
