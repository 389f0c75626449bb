// A workspace of its own for one test, with the home and an echo channel.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <string>

#include "hub/hub.hpp"
#include "rig/test_db.hpp"

namespace carillon::rig {

struct Project {
  TestDatabase database;
  Project() {
    const auto made = init_workspace(database.dir().path() / "w");
    REQUIRE(made.has_value());
    append(fmt::format("store:\n  url: {}\n", database.url()));
    append("  echo:\n    platform: echo\n", "channels:\n");
  }
  [[nodiscard]] std::string dir() const { return database.dir().file("w"); }
  // At the end of carillon.yaml, or behind the line `after`.
  void append(const std::string& lines, const std::string& after = {}) const {
    std::ifstream in(dir() + "/carillon.yaml");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    text.insert(after.empty() ? text.size() : text.find(after) + after.size(), lines);
    std::ofstream(dir() + "/carillon.yaml") << text;
  }
  // Leaves out these lines of carillon.yaml.
  void take(const std::string& lines) const {
    std::ifstream in(dir() + "/carillon.yaml");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    REQUIRE(text.find(lines) != std::string::npos);
    text.erase(text.find(lines), lines.size());
    std::ofstream(dir() + "/carillon.yaml") << text;
  }
  [[nodiscard]] std::size_t echoed() const {
    std::ifstream in(dir() + "/data/echo.jsonl");
    std::size_t out = 0;
    for (std::string line; std::getline(in, line);) ++out;
    return out;
  }
  [[nodiscard]] std::unique_ptr<Hub> open() const {
    auto workspace = open_workspace(dir());
    REQUIRE_MESSAGE(workspace.has_value(), workspace.error().what);
    auto hub = Hub::open(std::move(*workspace));
    REQUIRE_MESSAGE(hub.has_value(), hub.error().what);
    return std::move(*hub);
  }
};

}  // namespace carillon::rig
